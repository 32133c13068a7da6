/** One sample that is about to be taken. */
export interface Step {
  check: string;
  round: number;
  /** How many rounds this check takes part in. */
  rounds: number;
}

/** How far a measuring has come. */
export interface Pace {
  round: number;
  /** Of the check that takes part in most. */
  rounds: number;
  /** How long the rest may take, by what it took so far; null in the first round. */
  leftMs: number | null;
}

interface Known {
  rounds: number;
  taken: number[];
}

/**
 * Follows a measuring that takes one sample of each check in every round, whatever the order, and estimates how long
 * it still takes.
 *
 * @returns to be called before each sample, with milliseconds of a clock that is never set back
 */
export function followPace(): (step: Step, now: number) => Pace {
  const checks = new Map<string, Known>();
  let last: { known: Known; at: number } | null = null;
  return ({ check, round, rounds }, now) => {
    if (last !== null) last.known.taken.push(now - last.at);
    const known = checks.get(check) ?? { rounds, taken: [] };
    checks.set(check, known);
    last = { known, at: now };
    const all = [...checks.values()];
    return { round, rounds: Math.max(...all.map((each) => each.rounds)), leftMs: round === 1 ? null : sum(all.map((each) => leftOf(each, round))) };
  };
}

/** A check that missed a round takes part in no further one. Its first sample warmed up what the others found warm. */
function leftOf({ rounds, taken }: Known, round: number): number {
  if (taken.length < Math.min(round - 1, rounds)) return 0;
  const usual = taken.length > 1 ? taken.slice(1) : taken;
  return (rounds - taken.length) * (sum(usual) / usual.length);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** `round 4 of 10, about 40 s left`. */
export function paceText({ round, rounds, leftMs }: Pace): string {
  return `round ${round} of ${rounds}${leftMs === null ? "" : `, ${roughly(leftMs)} left`}`;
}

function roughly(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds <= 1) return "about a second";
  if (seconds <= 90) return `about ${seconds < 20 ? seconds : 5 * Math.round(seconds / 5)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${minutes} min` : `about ${Math.round(minutes / 60)} h`;
}
