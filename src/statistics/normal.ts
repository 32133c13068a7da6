/** The 97.5 % quantile of the normal distribution: what makes an interval one of 95 %. */
export const z95 = 1.959963984540054;

/**
 * The chance that a standard normal number is `z` or more; to about 13 digits, 0 beyond about 38.
 *
 * Source: M. Abramowitz, I. A. Stegun, Handbook of mathematical functions (1964), 7.1.6 and 7.1.14: the series of
 * the error function near 0, the continued fraction of its complement further out.
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const x = z / Math.SQRT2;
  if (x < 2) {
    let term = x;
    let series = x;
    for (let step = 1; term > series * 1e-17; step += 1) {
      term *= (2 * x * x) / (2 * step + 1);
      series += term;
    }
    return 0.5 - (Math.exp(-x * x) * series) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let step = 60; step > 0; step -= 1) fraction = step / 2 / (x + fraction);
  return Math.exp(-x * x) / (2 * Math.sqrt(Math.PI) * (x + fraction));
}

/** The `z` that a standard normal number reaches with the chance `tail`, 0 < `tail` <= 0.5. */
export function normalQuantile(tail: number): number {
  let [low, high] = [0, 40];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (normalTail(middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
