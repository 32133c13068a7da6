/** A commit's trailers by key, as git's own rules find them; values in the order written. */
export type Trailers = Record<string, string[]>;

/**
 * Trailers from the lines of `%(trailers:only,unfold)`: `Key: value`.
 * Keys that differ in case only are one key, written as it first was; an empty value says nothing and is left out.
 */
export function parseTrailers(lines: readonly string[]): Trailers {
  const found = new Map<string, { key: string; values: string[] }>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const key = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    if (colon < 1 || value === "") continue;
    const known = found.get(key.toLowerCase());
    if (known === undefined) found.set(key.toLowerCase(), { key, values: [value] });
    else known.values.push(value);
  }
  // fromEntries makes own properties whatever the key is called (`constructor`, say).
  return Object.fromEntries([...found.values()].map(({ key, values }) => [key, values]));
}

/** The values of one trailer, whatever the case of its key; `[]` where there is none. */
export function trailerValues(trailers: Trailers, key: string): string[] {
  const wanted = key.toLowerCase();
  return Object.entries(trailers).flatMap(([written, values]) => (written.toLowerCase() === wanted ? values : []));
}

/**
 * The body of a commit (what stands behind its subject) without its trailers.
 * Where git found trailers they are the last paragraph, whole.
 */
export function bodyWithoutTrailers(body: string, trailers: Trailers): string {
  const text = body.trimEnd();
  if (Object.keys(trailers).length === 0) return text;
  const paragraphs = text.split(/\n(?:[ \t]*\n)+/);
  paragraphs.pop();
  return paragraphs.join("\n\n");
}
