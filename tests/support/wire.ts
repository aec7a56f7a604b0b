import { connect, type Socket } from "node:net";

const LIMIT_MS = 30_000;

/** What came back over one connection, and for how long it was open. */
export type Exchange = { readonly answers: string; readonly openMs: number };

/**
 * Sends bytes as they are and waits until the server closes the connection. Ask for that with `Connection: close` where
 * the request is a good one.
 *
 * @param drip sent afterwards, one piece each second, as long as the connection is open.
 * @throws when it is still open after 30 seconds.
 */
export function exchange(url: string, bytes: string | Uint8Array, drip?: string): Promise<Exchange> {
  const { hostname, port } = new URL(url);
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    let answers = "";
    let dripping: Timer | undefined;
    const socket: Socket = connect(Number(port), hostname, () => {
      socket.write(bytes);
      if (drip !== undefined) dripping = setInterval(() => socket.write(drip), 1000);
    });
    const limit = setTimeout(() => end(() => reject(new Error(`still open: ${answers.slice(0, 200)}`))), LIMIT_MS);
    const end = (settle: () => void) => {
      clearTimeout(limit);
      clearInterval(dripping);
      socket.destroy();
      settle();
    };
    socket.on("data", (chunk) => {
      answers += chunk.toString("latin1");
    });
    // A server that refuses may reset the connection while we are still sending; its answer, if any, came before.
    socket.on("error", () => {});
    socket.on("close", () => end(() => resolve({ answers, openMs: performance.now() - startedMs })));
  });
}

/** The status codes of all answers, in order. */
export const statuses = ({ answers }: Exchange): number[] =>
  [...answers.matchAll(/(?:^|\n|.)HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
