import { type Person, signIn } from "./person.ts";

/*
 * People who sign in at the same moment, on a thread of their own: on the one that measures, what their browsers do would
 * count as time the server took.
 */

type Order = { url: string; people: readonly Person[] };

/** @throws when one of them did not get in. */
export async function crowd(url: string, people: readonly Person[]): Promise<void> {
  const worker = new Worker(import.meta.url);
  try {
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<string | null>) =>
        data === null ? resolve() : reject(new Error(data));
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage({ url, people } satisfies Order);
    });
  } finally {
    worker.terminate();
  }
}

if (!Bun.isMainThread) {
  self.onmessage = async ({ data: { url, people } }: MessageEvent<Order>) => {
    const failed = await Promise.all(people.map((person) => signIn(url, person))).then(
      () => null,
      (error) => String(error),
    );
    self.postMessage(failed);
  };
}
