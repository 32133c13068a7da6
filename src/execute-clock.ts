/** Milliseconds of a clock that is never set back. Not `performance.now`, whose loading costs as much as a spawn. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
