import { type Logger, pino } from "pino";
import type { Config } from "./config.ts";

/** What a pipe takes whole (POSIX, PIPE_BUF): lines of several processes on one pipe do not run into each other. */
const TOGETHER_BYTES = 4096;
const WITHIN_MS = 100;

/**
 * The program's log: one JSON object per line on standard output; `--pretty` makes them readable while developing.
 *
 * Lines are written together, ten times a second: one by one they cost more than a page does, and the buffer of pino's
 * own destination measures all it holds anew with every line. What ends this process writes the rest, except signals that
 * nothing here waits for, such as SIGKILL.
 */
export async function openLog({ logLevel: level }: Pick<Config, "logLevel">): Promise<Logger> {
  if (process.argv.includes("--pretty")) {
    const { default: pretty } = await import("pino-pretty");
    return pino({ level }, pretty({ colorize: true, ignore: "pid,hostname", translateTime: "HH:MM:ss.l" }));
  }
  const lines = together(pino.destination({ fd: 1, sync: true }));
  setInterval(lines.flush, WITHIN_MS).unref();
  process.on("exit", lines.flush);
  return pino({ level }, lines);
}

function together(output: { write(text: string): unknown }) {
  let lines: string[] = [];
  let bytes = 0;
  const flush = () => {
    if (bytes > 0) output.write(lines.join(""));
    lines = [];
    bytes = 0;
  };
  const write = (line: string) => {
    const size = Buffer.byteLength(line);
    if (bytes + size > TOGETHER_BYTES) flush();
    lines.push(line);
    bytes += size;
  };
  return { write, flush };
}
