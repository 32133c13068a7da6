import { Document, isCollection, isMap, isNode, isPair, isScalar, isSeq, type Pair, parseDocument, visit, type YAMLMap } from "yaml";

/*
 * YAML that is read from strangers' files, and configurations that are added to: what stands in them stays as it is,
 * byte for byte. Whatever comes from outside is quoted by the YAML package, and nothing else.
 */

/** What a file of YAML or JSON holds; null where it is neither. */
export function readYaml(text: string): unknown {
  try {
    const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
    return document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 100 });
  } catch {
    return null;
  }
}

/** `key: value` as lines of YAML; lists of plain values stand in one line. */
export function yamlLines(key: string, value: unknown): string[] {
  const document = documentOf({ [key]: value });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd().split("\n");
}

/** A value in one line of YAML. */
export function yamlFlow(value: unknown): string {
  const document = documentOf(value);
  visit(document, { Collection: (_, node) => { node.flow = true; } });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}

function documentOf(value: unknown): Document {
  const document = new Document(value, { compat: "yaml-1.1" });
  visit(document, { Seq: (_, node) => { node.flow = node.items.every(isScalar); } });
  return document;
}

/** A value to be added under a key, or under a name in the mapping of a key. */
export interface Addition {
  key: string;
  name: string | null;
  value: unknown;
  /** Lines of comment above it, each without `#`. */
  why: readonly string[];
}

/**
 * Adds what is not there yet to a configuration: no value that stands is changed, and no byte but at the places where
 * something comes in. What is there already, under its key and name, is left out.
 *
 * @param source YAML or JSON without errors
 * @returns the new text, and what of the additions is in it that was not
 */
export function withAdditions(source: string, additions: readonly Addition[]): { text: string; added: Addition[] } {
  let text = source;
  const added: Addition[] = [];
  for (const addition of additions) {
    const next = withAddition(text, addition);
    if (next === null) continue;
    text = next;
    added.push(addition);
  }
  return { text, added };
}

function withAddition(source: string, addition: Addition): string | null {
  const root = parseDocument(source, { prettyErrors: false }).contents;
  const { key, name, value } = addition;
  const whole = name === null ? value : { [name]: value };
  if (!isMap(root)) return isNode(root) && source.slice(root.range?.[0], root.range?.[1]).trim() !== "" ? null : appended(source, addition, whole);
  const pair = pairOf(root, key);
  if (pair === null) return root.flow === true ? intoFlow(source, root, key, whole) : appended(source, addition, whole);
  const inner = pair.value;
  if (name === null || !isMap(inner) || pairOf(inner, name) !== null) return null;
  return inner.flow === true ? intoFlow(source, inner, name, value) : intoBlock(source, inner, addition);
}

function pairOf(map: YAMLMap, key: string): Pair | null {
  return map.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key) ?? null;
}

/** Below the line in which the key stands commented out, where there is one; else at the end. */
function appended(source: string, { key, name, value, why }: Addition, whole: unknown): string {
  const inside = name === null ? yamlLines(key, whole) : [`${yamlLines(key, "")[0]?.replace(/ ?""$/, "") ?? key}`, ...commented(why, "  "), ...yamlLines(name, value).map((line) => `  ${line}`)];
  const lines = name === null ? [...commented(why, ""), ...inside] : inside;
  const place = new RegExp(`^#${key.replace(/[^\w]/g, "")}:.*(?:\r?\n|$)`, "m").exec(source);
  if (place !== null && isBetween(source, place.index)) return spliced(source, place.index + place[0].length, lines);
  return spliced(source, source.length, ["", ...lines]);
}

/** Whether a line of comment stands between keys of the root, and not inside the mapping of one. */
function isBetween(source: string, at: number): boolean {
  const next = /^(?!#|\s*$).*$/m.exec(source.slice(at).replace(/^.*(?:\r?\n|$)/, ""));
  return next === null || !/^\s/.test(next[0]);
}

function intoBlock(source: string, map: YAMLMap, { name, value, why }: Addition): string {
  const first = map.items[0]?.key;
  const begin = isNode(first) ? (first.range?.[0] ?? 0) : 0;
  const indent = /[^\n]*$/.exec(source.slice(0, begin))?.[0].replace(/\S/g, " ") ?? "  ";
  const end = lastOf(map);
  const line = source.indexOf("\n", Math.max(end - 1, 0));
  return spliced(source, line === -1 ? source.length : line + 1, [...commented(why, indent), ...yamlLines(name ?? "", value).map((text) => `${indent}${text}`)]);
}

/** Where the last value of a mapping ends, its comments left aside. */
function lastOf(map: YAMLMap): number {
  const { key, value } = map.items.at(-1) ?? {};
  if (isCollection(value) && value.flow !== true && value.items.length > 0) {
    const last: unknown = value.items.at(-1);
    if (isMap(value)) return lastOf(value);
    if (isSeq(value) && isMap(last) && last.flow !== true) return lastOf(last);
    if (isNode(last)) return last.range?.[1] ?? 0;
  }
  return isNode(value) && value.range !== null && value.range !== undefined ? value.range[1] : isNode(key) ? (key.range?.[1] ?? 0) : 0;
}

/** Into `{…}`: in JSON, on a line of its own where its neighbours are. */
function intoFlow(source: string, map: YAMLMap, key: string, value: unknown): string {
  const close = (map.range?.[1] ?? 0) - 1;
  const last = map.items.length === 0 ? (map.range?.[0] ?? 0) + 1 : lastOf(map);
  const first = map.items[0]?.key;
  const before = isNode(first) ? /\n([ \t]*)$/.exec(source.slice(0, first.range?.[0] ?? 0))?.[1] : undefined;
  const isSpread = before !== undefined || (map.items.length === 0 && /\n/.test(source.slice(last, close)));
  const comma = map.items.length === 0 ? "" : ",";
  const hasTrailing = /^\s*,/.test(source.slice(last, close));
  const at = hasTrailing ? last + source.slice(last, close).indexOf(",") + 1 : last;
  if (!isSpread) return `${source.slice(0, at)}${hasTrailing ? "" : comma} ${JSON.stringify(key)}: ${JSON.stringify(value)}${map.items.length === 0 ? " " : ""}${source.slice(at)}`;
  const indent = before ?? "  ";
  const eol = source.includes("\r\n") ? "\r\n" : "\n";
  const text = JSON.stringify(value, null, indent === "" ? 2 : indent.length > 8 ? 2 : indent).split("\n").join(`${eol}${indent}`);
  const rest = map.items.length === 0 ? source.slice(at).replace(/^\s*/, eol) : source.slice(at);
  return `${source.slice(0, at)}${hasTrailing ? "" : comma}${eol}${indent}${JSON.stringify(key)}: ${text}${rest}`;
}

function spliced(source: string, at: number, lines: readonly string[]): string {
  const eol = source.includes("\r\n") ? "\r\n" : "\n";
  const before = source.slice(0, at);
  const gap = before === "" || before.endsWith("\n") ? "" : eol;
  const wanted = before.trim() === "" && lines[0] === "" ? lines.slice(1) : lines;
  return `${before}${gap}${wanted.join(eol)}${eol}${source.slice(at)}`;
}

function commented(lines: readonly string[], indent: string): string[] {
  return lines.map((line) => `${indent}# ${line}`);
}
