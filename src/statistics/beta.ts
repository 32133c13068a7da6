/** Lanczos's coefficients for g = 7. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** The smallest number that a continued fraction's denominators may be: it only keeps them from 0. */
const tiny = 1e-300;

/**
 * The chance that a number of the beta distribution with both parameters `a` >= 0.5 is `x` or less, 0 <= `x` <= 1.
 *
 * Source: NIST Digital Library of Mathematical Functions, 8.17.22: the incomplete beta function as a continued
 * fraction, evaluated by Lentz's method.
 */
export function symmetricBeta(x: number, a: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > 0.5) return 1 - symmetricBeta(1 - x, a);
  const front = Math.exp(logGamma(2 * a) - 2 * logGamma(a) + a * (Math.log(x) + Math.log1p(-x)));
  let c = 1;
  let d = 1 / awayFromZero(1 - (2 * a * x) / (a + 1));
  let fraction = d;
  // It settles after some square root of a steps.
  for (let m = 1; m < 10_000; m += 1) {
    const even = (m * (a - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (2 * a + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return Math.min(1, (front * fraction) / a);
}

function awayFromZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

function logGamma(value: number): number {
  const shifted = value - 1;
  const base = shifted + 7.5;
  const sum = lanczos.reduce((all, coefficient, place) => (place === 0 ? coefficient : all + coefficient / (shifted + place)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}
