/*
 * Machines' noise, made up: each kind makes a machine, and that one time after the other of something that takes about
 * 100 ms. Seeds are fixed.
 */

/** Uniform numbers from 0 to 1 (mulberry32). */
export function random(seed) {
  let state = Math.trunc(seed);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A standard normal number, by Box and Muller. */
function normal(uniform) {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Each time is like the one before it: `likeness` is their correlation. */
function drifting(likeness) {
  return (uniform) => {
    let mood = normal(uniform);
    return () => {
      mood = likeness * mood + Math.sqrt(1 - likeness ** 2) * normal(uniform);
      return 100 + 5 * mood;
    };
  };
}

export const kindsOfNoise = {
  "normal, 5 %": { drifts: false, make: (uniform) => () => 100 + 5 * normal(uniform) },
  "lognormal, long tail": { drifts: false, make: (uniform) => () => 90 + 8 * Math.exp(0.7 * normal(uniform)) },
  "bimodal, +15 % in 3 of 10": { drifts: false, make: (uniform) => () => (uniform() < 0.7 ? 100 : 115) + 2 * normal(uniform) },
  "drifting, 0.5": { drifts: true, make: drifting(0.5) },
  "drifting, 0.8": { drifts: true, make: drifting(0.8) },
};
