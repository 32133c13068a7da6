/** The sections that people write, by the text of their level-2 heading, in a record's order. */
export const sectionNames = {
  why: "Why",
  expected: "Expected result",
  rollback: "Rollback",
  notes: "Notes",
} as const;

/** All level-2 headings of a record, in their order. */
export const sectionOrder: readonly string[] = [
  "Why", "Expected result", "What changed", "Commands", "Before and after", "Rollback", "Checklist", "Notes",
];

/** A heading's text as headings are compared: without regard to case and white space. */
export function headingKey(text: string): string {
  return text.trim().replace(/\s+/g, " ").toLowerCase();
}

/** Whether a heading whose source holds markup might still read as a section's name. */
export function mayNameSection(source: string): boolean {
  // An entity or a tag can stand for any letter.
  if (/[&<]/.test(source)) return true;
  const letters = source.toLowerCase().replace(/[^a-z]/g, "");
  return sectionOrder.some((name) => letters.includes(name.toLowerCase().replace(/[^a-z]/g, "")));
}
