/** The address of another record's markdown, from the one that names it: both stand in a folder of their year. */
export function recordLink(from: string, to: string): string {
  const [year, other] = [from.slice(0, 4), to.slice(0, 4)];
  return year === other ? `${to}.md` : `../${other}/${to}.md`;
}
