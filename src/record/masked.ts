/** What stands in a record in place of a secret. */
export const mask = "[masked]";

/**
 * Whether a text that was recorded is the one at hand: the same, or the same with secrets masked. What a mask hides may
 * be anything: which rules were in force then is not known.
 */
export function isSameText(recorded: string, atHand: string): boolean {
  if (recorded === atHand) return true;
  const [first = "", ...others] = recorded.split(mask);
  const last = others.pop();
  if (last === undefined || !atHand.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = atHand.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return atHand.length - last.length >= at && atHand.endsWith(last);
}

/** The same for plain data, its strings compared as texts. */
export function isSameValue(recorded: unknown, atHand: unknown): boolean {
  const [one, other] = [JSON.stringify(recorded), JSON.stringify(atHand)];
  return one === other || (one.includes(mask) && isSameText(one, other));
}
