import { readChecklist, type KnownItem } from "./checklist.ts";
import { isUnedited, regionDigests, textDigest, type RegionDigests } from "./digests.ts";
import { trimBlankLines } from "./lines.ts";

/** What a region that stands is to its record. */
export type RegionJudgement =
  /** As it was rendered, and as record.json renders it. */
  | "fits"
  /** Somebody wrote in it. */
  | "edited"
  /** As it was rendered, but record.json says something else by now. */
  | "does-not-follow";

/** A region, what record.json keeps of it, and what record.json renders. */
export interface StandingRegion {
  name: string;
  standing: string;
  /** null where record.json knows no such region. */
  stored: RegionDigests | null;
  rendered: string;
  /** The rendering without what follows from prose: where people changed their expectations, it answers others. */
  withoutAnswers: () => string;
  /** Of the checklist: our items. */
  known: readonly KnownItem[];
  /** Whether this rendering is that of the version and the templates that wrote the region. */
  comparable: boolean;
}

/** Judges one region; needs no parser where nobody and no formatter touched it. */
export async function judgeRegion({ name, standing, stored, rendered, withoutAnswers, known, comparable }: StandingRegion): Promise<RegionJudgement> {
  const bare = name === "checklist" ? (readChecklist(standing, rendered, known).bare ?? standing) : standing;
  const standsAsStored = stored !== null && textDigest(name, bare) === stored.text;
  const rendersAsStored = stored !== null && textDigest(name, rendered) === stored.text;
  if (standsAsStored && rendersAsStored) return "fits";
  if (!standsAsStored && !(await isUnedited(name, standing, stored, () => rendered, known))) return "edited";
  if (rendersAsStored || !comparable) return "fits";
  // A digest that is neither that of what stands nor that of what is rendered was changed itself.
  if (textDigest(name, bare) === textDigest(name, rendered)) return "does-not-follow";
  if (stored !== null && (await regionDigests(name, rendered)).tree === stored.tree) return "fits";
  if (await isUnedited(name, standing, null, () => rendered, known)) return "fits";
  if (standsAsStored) return holds(standing, withoutAnswers()) ? "fits" : "does-not-follow";
  // A formatter touched it: its lines are no longer ours to compare.
  return name === "summary" || name === "metrics" ? "fits" : "does-not-follow";
}

/** Whether a text holds every line of another, in order, each at the beginning of one of its own. */
function holds(text: string, other: string): boolean {
  const lines = trimBlankLines(text).split("\n");
  let at = 0;
  return trimBlankLines(other).split("\n").filter((line) => line !== "").every((line) => {
    while (at < lines.length && !(lines[at] ?? "").startsWith(line)) at += 1;
    at += 1;
    return at <= lines.length;
  });
}
