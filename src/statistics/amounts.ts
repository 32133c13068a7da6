/** More than this nobody is asked for. */
export const mostTyped = 1000;

/** So many rounds, pairs or requests a side a person would ask for. */
const typed = [10, 12, 15, 20, 40, 60, 100, 300, mostTyped] as const;

/** The first amount that a person would type and that does; null where none up to 1,000 does. */
export function typedAmount(does: (amount: number) => boolean): number | null {
  return typed.find((amount) => does(amount)) ?? null;
}

/** `40`, `1,000`, `more than 1,000`. */
export function amountWords(amount: number | null): string {
  return amount === null ? "more than 1,000" : whole(amount);
}

/** A positive number rounded up to two significant digits, in words: `9`, `0.035`, `1,200`. */
export function roundedUp(value: number): string {
  // One digit more first: 0.07 times 100 is 7 and a bit.
  const exact = Number(value.toPrecision(12));
  const near = Number(exact.toPrecision(2));
  const step = 10 ** (Math.floor(Math.log10(exact)) - 1);
  return numberWords(near >= exact ? near : Number((near + step).toPrecision(2)));
}

/** A positive number rounded down to its first digit: 34 is 30. */
export function roundedDown(value: number): number {
  const near = Number(value.toPrecision(1));
  return near <= value ? near : Number((near - 10 ** Math.floor(Math.log10(value))).toPrecision(1));
}

/** A positive number as it is, with commas between thousands. */
export function numberWords(value: number): string {
  return Number.isInteger(value) && value < 1e15 ? whole(value) : String(value);
}

function whole(value: number): string {
  return value.toFixed(0).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
