/**
 * Names that only masking made equal, told apart again: the second is `name #2`, by the order of what they were, so
 * that it does not matter in which order they came. What was not masked keeps its name; what was one name before
 * still is one.
 *
 * @param names before they were masked
 * @param masked each of them masked, as long as `names`
 */
export function namesKeptApart(names: readonly string[], masked: readonly string[]): string[] {
  const known = new Map(names.map((name, place) => [name, masked[place] ?? ""]));
  const order = [...known].sort(([one, its], [other, others]) =>
    Number(one !== its) - Number(other !== others) || (one < other ? -1 : 1));
  const given = new Set<string>();
  const numbers = new Map<string, number>();
  for (const [name, text] of order) {
    let number = numbers.get(text) ?? 1;
    while (given.has(numbered(text, number))) number += 1;
    numbers.set(text, number);
    given.add(numbered(text, number));
    known.set(name, numbered(text, number));
  }
  return names.map((name) => known.get(name) ?? "");
}

function numbered(text: string, number: number): string {
  return number === 1 ? text : `${text} #${number}`;
}
