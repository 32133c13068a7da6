/**
 * Holm's step-down adjustment of p-values that were found together, in the order given: below `alpha` after it are
 * at most those that keep the chance of even one false finding below `alpha`.
 *
 * Source: S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6
 * (1979) 65-70.
 */
export function holm(pValues: readonly number[]): number[] {
  const adjusted = pValues.map(() => 1);
  let least = 0;
  for (const [rank, { p, at }] of pValues.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p).entries()) {
    least = Math.min(1, Math.max(least, p * (pValues.length - rank)));
    adjusted[at] = least;
  }
  return adjusted;
}
