/*
 * Numbers for a reader. No locale: a point before decimals, a comma between thousands, a true minus sign.
 */

const minus = "\u2212";

/** `4 commits`, `1 file`, `5,000 files`. */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${whole(amount)} ${amount === 1 ? noun : plural}`;
}

/** A whole number with commas between thousands. */
export function whole(amount: number): string {
  const digits = Math.abs(amount).toFixed(0).replace(/\B(?=(?:\d{3})+$)/g, ",");
  return amount < 0 && digits !== "0" ? `${minus}${digits}` : digits;
}

/** Nobody measures less: it is what was lost in the arithmetic. */
const leastShown = 1e-12;

/** A number to three significant digits, very small ones as `2.5e-9`; whole numbers and those above a hundred whole. */
export function number(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return whole(value);
  const size = Math.abs(value);
  if (size < leastShown) return "0";
  const digits = String(Number(size >= 10 ? size.toFixed(1) : size.toPrecision(3)));
  return value < 0 ? `${minus}${digits}` : digits;
}

/** A number with its sign, `+6` or `−31`; nothing has none: `0`. */
export function signed(value: number): string {
  const shown = number(value);
  return value > 0 && shown !== "0" ? `+${shown}` : shown;
}

/** A relative change: 0.05 is `+5 %`, -0.769 is `−77 %`; as long as anything is left it is not `−100 %`: -0.9954 is `−99.5 %`. */
export function percentChange(change: number): string {
  const percent = change * 100;
  const left = 100 + percent;
  if (left > 0 && left < 1) {
    // As many digits as show the first of what is left; cut off, for rounding could take it away.
    const scale = 10 ** Math.min(3, Math.ceil(-Math.log10(left)));
    return `${minus}${Math.min(100 * scale - 1, Math.floor(Number((-percent * scale).toPrecision(9)))) / scale} %`;
  }
  return `${signed(Math.abs(percent) >= 10 ? Math.round(percent) : Number(percent.toFixed(4)))} %`;
}

/** How long something took, in milliseconds: `340 ms`, `41.8 s`, `1 min 14 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${whole(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1).replace(/\.0$/, "")} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return two(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return two(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), "d", hours % 24, "h");
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A size in bytes: `812 B`, `12.4 kB`, `1.2 GB` (powers of a thousand). */
export function bytes(size: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let scaled = size;
  let step = 0;
  while (scaled >= 999.5 && step < units.length - 1) {
    scaled /= 1000;
    step += 1;
  }
  return `${number(step === 0 ? scaled : Number(scaled.toPrecision(3)))} ${units[step]}`;
}

/** A metric's value in its unit: `412 ms`, `3.2 %` for a ratio, `12.4 kB` for bytes, `218` for a bare count. */
export function quantity(value: number, unit: string): string {
  if (unit === "ratio") return `${number(value * 100)} %`;
  if (unit === "bytes") return value < 0 ? `${minus}${bytes(-value)}` : bytes(value);
  return isBare(unit) ? number(value) : `${number(value)} ${unit}`;
}

/** A difference in a metric's unit, with its sign: `−316 ms`, `+2.1 points` for a ratio. */
export function difference(shift: number, unit: string): string {
  if (unit === "ratio") return `${signed(shift * 100)} points`;
  if (unit === "bytes") return shift > 0 ? `+${bytes(shift)}` : quantity(shift, unit);
  return isBare(unit) ? signed(shift) : `${signed(shift)} ${unit}`;
}

/** An interval in a metric's unit, both ends signed: `−325 to −304 ms`. */
export function interval([low, high]: readonly [number, number], unit: string): string {
  if (unit === "bytes") return `${difference(low, unit)} to ${difference(high, unit)}`;
  const factor = unit === "ratio" ? 100 : 1;
  const name = unit === "ratio" ? " points" : isBare(unit) ? "" : ` ${unit}`;
  return `${signed(low * factor)} to ${signed(high * factor)}${name}`;
}

/** `p < 0.0001`, `p = 0.013`. */
export function probability(p: number): string {
  return p < 0.0001 ? "p < 0.0001" : `p = ${p.toPrecision(2)}`;
}

/** The day of a UTC instant: `2026-11-24`. */
export function day(instant: string): string {
  return instant.slice(0, 10);
}

/** The time of day of a UTC instant, to the minute: `09:12`. */
export function time(instant: string): string {
  return instant.slice(11, 16);
}

/** The time of day of a UTC instant, to the second: `09:01:40`. */
export function clock(instant: string): string {
  return instant.slice(11, 19);
}

/** The first seven digits of an object id, as people say it. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}

/** A list as it is said: `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1);
  if (last === undefined || words.length === 1) return last ?? "";
  return `${words.slice(0, -1).join(", ")} and ${last}`;
}

function isBare(unit: string): boolean {
  return unit === "" || unit === "count" || unit === "1";
}
