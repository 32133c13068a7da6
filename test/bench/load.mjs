/*
 * Loads the machine at random: threads that work and rest for random times, whose share of work itself changes every
 * few seconds, as another tenant's would. Ends with the process.
 */
import { Worker, isMainThread, workerData } from "node:worker_threads";
import { random } from "./noise.mjs";

const threads = 2;

/** Keeps the process busy for ever; its threads. */
export function busy(seed) {
  return Array.from({ length: threads }, (_, thread) => new Worker(new URL(import.meta.url), { workerData: { load: seed * 100 + thread } }));
}

if (!isMainThread && workerData?.load !== undefined) {
  const uniform = random(workerData.load);
  const still = new Int32Array(new SharedArrayBuffer(4));
  const about = (milliseconds) => -milliseconds * Math.log(1 - uniform());
  for (;;) {
    const share = uniform();
    const end = performance.now() + about(6000);
    while (performance.now() < end) {
      const rest = performance.now() + about(400 * share);
      while (performance.now() < rest);
      Atomics.wait(still, 0, 0, about(400 * (1 - share)));
    }
  }
}
