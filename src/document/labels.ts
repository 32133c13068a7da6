import { applyEdits, toLf } from "./lines.ts";
import type { LabelSpan } from "./tree.ts";

/**
 * A markdown text whose footnotes and link definitions keep their meaning when it is added to another: a label that
 * stands there for something else becomes `label-2`, or the next that is free.
 *
 * @param beside the text that it is added to; a definition that says the same there keeps its label
 */
export async function relabel(source: string, beside: string): Promise<string> {
  if (!/\]:/.test(source)) return source;
  const { labelSpans } = await import("./tree.ts");
  const spans = labelSpans(source);
  const [own, other] = [definitionsIn(spans, source), definitionsIn(labelSpans(beside), beside)];
  const written = beside.toLowerCase();
  const labels = new Map<string, string>();
  for (const [name, text] of own) {
    const isFree = (label: string): boolean => {
      const there = other.get(nameOf(label));
      if (there !== undefined) return there === text;
      // What stands there in brackets would become a link to ours.
      return !written.includes(`[${label.toLowerCase()}]`) && (nameOf(label) === name || !own.has(nameOf(label)));
    };
    const label = spans.find((span) => span.definition !== null && nameOf(span.label) === name)?.label ?? name;
    let now = label;
    for (let place = 2; !isFree(now); place += 1) now = `${label}-${place}`;
    if (now !== label) labels.set(name, now);
  }
  return applyEdits(source, spans.flatMap(({ label, start, end, implied }) => {
    const now = labels.get(nameOf(label));
    return now === undefined ? [] : [{ start, end, text: implied ? `[${now}]` : now }];
  }));
}

/** What each label stands for, over LF; the first definition counts. */
function definitionsIn(spans: readonly LabelSpan[], source: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { label, definition } of spans) {
    if (definition !== null && !found.has(nameOf(label))) found.set(nameOf(label), toLf(source.slice(definition.start, definition.end)).trim());
  }
  return found;
}

/** Labels are compared without regard to case and white space; footnotes (`^`) apart. */
function nameOf(label: string): string {
  return label.replace(/\s+/g, " ").trim().toLowerCase();
}
