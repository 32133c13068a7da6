/**
 * A title as part of a file's name: NFKD, marks dropped, lower case, everything but a-z and 0-9 one `-`,
 * at most 80 bytes, cut at a word's end.
 *
 * @returns `""` where nothing is left
 */
export function slug(title: string): string {
  const whole = title
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (whole.length <= longestSlug) return whole;
  const cut = whole.slice(0, longestSlug + 1);
  const end = cut.lastIndexOf("-");
  return end <= 0 ? whole.slice(0, longestSlug) : cut.slice(0, end);
}

const longestSlug = 80;

/**
 * `<date>-<slug>`, with `-2`, `-3` … where one stands already for another ship.
 *
 * @param shippedAt ISO 8601 in UTC
 * @param to the full sha that names the record where the title leaves nothing; null for a ship without commits
 * @param taken whether an id stands for another ship
 */
export function recordId(title: string, shippedAt: string, to: string | null, taken: (id: string) => boolean): string {
  const base = `${shippedAt.slice(0, 10)}-${slug(title) || to?.slice(0, 8) || "ship"}`;
  if (!taken(base)) return base;
  let place = 2;
  while (taken(`${base}-${place}`)) place += 1;
  return `${base}-${place}`;
}

/** The paths of a record, relative to the notes folder. */
export function recordPaths(id: string): { markdown: string; facts: string; outcome: string; folder: string } {
  const year = id.slice(0, 4);
  const folder = `${year}/${id}`;
  return { markdown: `${folder}.md`, facts: `${folder}/record.json`, outcome: `${folder}/outcome.json`, folder };
}
