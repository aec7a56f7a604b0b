import { bytes } from "./questions/bytes.ts";
import { list } from "./questions/list.ts";
import { memory } from "./questions/memory.ts";
import { purge } from "./questions/purge.ts";
import { scale } from "./questions/scale.ts";
import { signIns } from "./questions/sign-ins.ts";
import { start } from "./questions/start.ts";
import { storm } from "./questions/storm.ts";
import { throughput } from "./questions/throughput.ts";
import type { Question } from "./support/bench.ts";

/** In the order they are asked. */
export const QUESTIONS: Readonly<Record<string, Question>> = {
  throughput,
  storm,
  "sign-ins": signIns,
  scale,
  purge,
  list,
  start,
  bytes,
  memory,
};
