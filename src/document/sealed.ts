import { isUnedited, regionDigests } from "./digests.ts";
import { trimBlankLines } from "./lines.ts";

/*
 * Records keep the digests of their regions in record.json. A page that belongs to no record (an index, a
 * runbook) carries them in its region's last line instead, so that an edit by hand is told from an old state.
 */

const sealPattern = /\n*<!-- sealed: ([0-9a-f]{64}) ([0-9a-f]{64}) -->\s*$/;

/** A region's text with the seal as its last line. */
export async function seal(name: string, text: string): Promise<string> {
  const { text: ofText, tree } = await regionDigests(name, text);
  return `${trimBlankLines(text)}\n\n<!-- sealed: ${ofText} ${tree} -->`;
}

/** The seal of a region's text; null where it has none. */
export function sealOf(text: string): string | null {
  return sealPattern.exec(text)?.slice(1).join(" ") ?? null;
}

/** A region's text without its seal. */
export function withoutSeal(text: string): string {
  return text.replace(sealPattern, "");
}

/** Whether a region that stands is as it was sealed, a formatter's taste aside; one without a seal is not. */
export async function isSealed(name: string, standing: string): Promise<boolean> {
  const found = sealPattern.exec(standing);
  if (found === null) return trimBlankLines(standing) === "";
  const [seal, text = "", tree = ""] = found;
  const body = standing.slice(0, standing.length - seal.length);
  return isUnedited(name, body, { text, tree }, () => "");
}
