/** Asks at a steady pace, whatever the answers take, until `over` resolves. @returns how long each answer took. */
export async function paced(
  url: string,
  headers: Record<string, string>,
  everyMs: number,
  over: Promise<unknown>,
): Promise<number[]> {
  const tookMs: number[] = [];
  const asked: Promise<void>[] = [];
  let ended = false;
  const end = over.finally(() => {
    ended = true;
  });
  for (let next = performance.now(); !ended; next += everyMs) {
    await Bun.sleep(Math.max(0, next - performance.now()));
    asked.push(ask(url, headers, tookMs));
  }
  await Promise.all(asked);
  await end;
  return tookMs;
}

async function ask(url: string, headers: Record<string, string>, tookMs: number[]): Promise<void> {
  const startedMs = performance.now();
  const answer = await fetch(url, { headers, redirect: "manual" });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
  tookMs.push(performance.now() - startedMs);
}
