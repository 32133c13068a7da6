import { nearest } from "./failure-nearest.ts";
import { LineCounter, isAlias, isCollection, isMap, isNode, isPair, isScalar, parseDocument, visit } from "yaml";
import type { Document, Node } from "yaml";
import * as z from "zod";
import { type Config, configSchema } from "./config-schema.ts";

/** What is wrong in a configuration, and where: line and column from 1, the key's path with dots. */
interface ConfigProblem {
  line: number;
  column: number;
  key: string;
  message: string;
}

type Key = string | number;
type Parsed = { config: Config; problems: [] } | { config: null; problems: ConfigProblem[] };

/** Enough for anything written by hand; a bomb needs thousands. */
const maxAliasCount = 100;

/** Reads a configuration's YAML (or JSON, which is YAML): all its problems at once, in the file's order. */
export function parseConfig(source: string): Parsed {
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, schema: "core", uniqueKeys: true, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (document.errors.length > 0) {
    return { config: null, problems: document.errors.map((error) => ({ ...place(error.pos[0]), key: "", message: error.message })) };
  }
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount }) ?? {};
  } catch (error) {
    // The library's own words: an alias without its anchor, or too many of them.
    const message = error instanceof Error ? error.message : "cannot be read";
    return { config: null, problems: [{ ...place(aliasAt(document, /: ([^:]+)$/.exec(message)?.[1] ?? null)), key: "", message }] };
  }
  // Read once: compiling a checker for each object would cost more than it saves.
  const result = configSchema.safeParse(data, { jitless: true });
  if (result.success) return { config: result.data, problems: [] };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, data)).map(({ path, atKey, message }) => {
    const offset = offsetOf(document, path, atKey);
    return { ...place(offset), key: path.join("."), message };
  });
  return { config: null, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
}

/** Where an alias stands: the first of that name, else the last of all, which is the one that made too many. */
function aliasAt(document: Document, name: string | null): number {
  const aliases: { name: string; offset: number }[] = [];
  visit(document, {
    Alias: (_key, node) => {
      if (isAlias(node)) aliases.push({ name: node.source, offset: startOf(node) ?? 0 });
    },
  });
  return (aliases.find((alias) => alias.name === name) ?? aliases.at(-1))?.offset ?? 0;
}

/** The JSON Schema of what people write. */
export function inputSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(configSchema, { io: "input" });
}

function problemsOf(issue: z.core.$ZodIssue, data: unknown): { path: Key[]; atKey: boolean; message: string }[] {
  const path = issue.path.map((part) => typeof part === "symbol" ? String(part) : part);
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(path);
    return issue.keys.map((key) => ({ path: [...path, key], atKey: true, message: unknownKey(key, known) }));
  }
  if (issue.code === "invalid_key") {
    return [{ path, atKey: true, message: issue.issues[0]?.message ?? issue.message }];
  }
  return [{ path, atKey: false, message: messageOf(issue, valueAt(data, path)) }];
}

function messageOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === "invalid_type") return `expected ${wordFor(issue.expected)}, found ${wordOf(value)}`;
  if (issue.code === "invalid_value") return `expected ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}, found ${wordOf(value)}`;
  return issue.message;
}

const typeWords: Record<string, string> = {
  string: "a text", number: "a number", int: "a whole number", array: "a list", object: "a mapping", record: "a mapping", boolean: "true or false",
};
const wordFor = (type: string): string => typeWords[type] ?? type;

function wordOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "nothing (null)";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return value.length <= 40 ? `the text ${JSON.stringify(value)}` : "a text";
  return typeof value === "object" ? "a mapping" : `the ${typeof value} ${String(value)}`;
}

function valueAt(data: unknown, path: readonly Key[]): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return value;
}

/** The keys that may stand in the mapping at a path, from the schema itself. */
function knownKeys(path: readonly Key[]): string[] {
  let schema: z.core.JSONSchema._JSONSchema | undefined = inputSchema();
  for (const key of path) {
    if (typeof schema !== "object") return [];
    const items: z.core.JSONSchema._JSONSchema | undefined = Array.isArray(schema.items) ? schema.items[0] : schema.items;
    schema = typeof key === "number" ? items : schema.properties?.[key] ?? schema.additionalProperties;
  }
  return typeof schema === "object" ? Object.keys(schema.properties ?? {}) : [];
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near !== null ? `there is no such key; did you mean ${near}?` : `there is no such key; known here: ${known.join(", ")}`;
}

/** Where a key (or its value) begins; where it is not there, where the nearest mapping around it does. */
function offsetOf(document: Document, path: readonly Key[], atKey: boolean): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, key] of path.entries()) {
    if (!isCollection(node)) return offset;
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) return offset;
      // A mapping's key tells more than the first line inside it.
      const keyOffset = startOf(pair.key) ?? offset;
      const last = depth === path.length - 1;
      offset = !last || atKey || isCollection(pair.value) ? keyOffset : startOf(pair.value) ?? keyOffset;
      next = pair.value;
    } else {
      next = node.items[Number(key)];
      offset = startOf(next) ?? offset;
    }
    node = next;
  }
  return offset;
}

const startOf = (node: unknown): number | undefined => isNode(node) ? (node satisfies Node).range?.[0] : undefined;
