/** The packages that a manifest asks for: name → version as it is written, `""` where none is. */
export type Packages = ReadonlyMap<string, string>;

type Found = readonly (readonly [name: string, version: string])[];

/** How a manifest is read, by its name. Lock files are not: what they hold was not asked for by anybody. */
const readers: readonly (readonly [name: RegExp, read: (text: string) => Found])[] = [
  [/(?:^|\/)package\.json$/, (text) => fromJson(text, ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"])],
  [/(?:^|\/)composer\.json$/, (text) => fromJson(text, ["require", "require-dev"])],
  [/(?:requirements[^/]*|constraints[^/]*|requirements\/[^/]+)\.(?:txt|in)$/, (text) => linesOf(text).flatMap(requirement)],
  [/(?:^|\/)pyproject\.toml$/, fromPyproject],
  [/(?:^|\/)Cargo\.toml$/, (text) => fromTables(text, /^(?:target\..+\.|workspace\.)?(?:dev-|build-)?dependencies$/)],
  [/(?:^|\/)go\.mod$/, (text) => everyMatch(text.replace(/^[ \t]*(?:replace|exclude|retract)\b.*$/gm, ""), /^[ \t]*(?:require[ \t]+)?([\w~-][\w.~-]*\/\S+)[ \t]+(v\d\S*)/gm)],
  [/(?:^|\/)Gemfile$/, (text) => everyMatch(text, /^[ \t]*gem[ \t]+["']([^"']+)["'](?:\s*,\s*["']([^"']+)["'])?/gm)],
  [/(?:^|\/)mix\.exs$/, (text) => everyMatch(text, /^[ \t]*\{:(\w+),\s*"([^"]+)"/gm)],
  [/(?:^|\/)build\.gradle(?:\.kts)?$/, (text) => everyMatch(text, /^[ \t]*\w+[ \t]{0,9}\(?[ \t]{0,9}["']([\w.-]+:[\w.-]+):([\w.+-]+)["']/gm)],
  [/(?:\.(?:cs|vb|fs)proj|\/Directory\.Packages\.props|^Directory\.Packages\.props)$/, (text) => everyMatch(text, /<Package(?:Reference|Version)\s+Include="([^"]+)"\s+Version="([^"]+)"/g)],
  [/(?:^|\/)pom\.xml$/, (text) => everyMatch(text, /<dependency>\s*<groupId>[^<]+<\/groupId>\s*<artifactId>([^<]+)<\/artifactId>(?:\s*<version>([^<]+)<\/version>)?/g)],
  [/(?:^|\/)pubspec\.yaml$/, fromPubspec],
];

/** Manifests of which all that may ask for a package is known, though not all of it is understood. */
const asking: readonly (readonly [name: RegExp, table: RegExp, line: RegExp])[] = [
  [/(?:^|\/)Cargo\.toml$/, /dependencies|^patch\b|^replace$/, /dependencies/],
  [/(?:^|\/)pyproject\.toml$/, /^(?:project(?:\..+)?|build-system|dependency-groups|tool\.(?:poetry|uv|pdm|hatch|flit|setuptools|pixi)\b.*)$/, /depend|requires/],
];

/** Whether both sides of a manifest surely ask for the same, given that the packages read from them are the same. */
export function asksTheSame(path: string, before: string, after: string): boolean {
  if (/\.(?:json|txt|in)$/.test(path)) return true;
  const [, tables, lines] = asking.find(([name]) => name.test(path)) ?? [];
  if (tables === undefined || lines === undefined) return false;
  const ownVersion = (table: string, line: string): boolean => /^(?:project|tool\.poetry)$/.test(table) && /^\s*version\s*=/.test(line);
  const asked = (text: string): string => tableLines(text)
    .filter(({ table, line }) => !/^\s*(?:#|$)/.test(line) && !ownVersion(table, line) && (lines.test(line) || tables.test(table)))
    .map(({ table, line }) => `${table}\n${line.trim()}`)
    .join("\n");
  return asked(before) === asked(after);
}

/** Whether a file says by name which packages are asked for. */
export function isManifest(path: string): boolean {
  return readers.some(([name]) => name.test(path));
}

/** Reads a manifest; null where its form is not known, or not what its name says. */
export function readPackages(path: string, text: string): Packages | null {
  const read = readers.find(([name]) => name.test(path))?.[1];
  try {
    return read === undefined ? null : new Map(read(text));
  } catch {
    // Somebody's package.json that is no JSON: what changed in it is not known.
    return null;
  }
}

function fromJson(text: string, keys: readonly string[]): Found {
  const manifest: unknown = JSON.parse(text);
  return keys.flatMap((key) => Object.entries(objectAt(manifest, key)).map(([name, version]) => [name, String(version)] as const));
}

function objectAt(value: unknown, key: string): Record<string, unknown> {
  const found = typeof value === "object" && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;
  return typeof found === "object" && found !== null ? { ...found } : {};
}

/** No line that asks for a package is longer; an endless one would take for ever to be searched. */
function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line.length <= 500);
}

function requirement(line: string): Found {
  const found = /^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*((?:[=<>!~]=?=?\s*[\w.*+-]+(?:\s*,\s*)?)*)\s*(?:[;#].*)?$/.exec(line.replace(/\s--hash.*$/, "").replace(/\s*\\$/, ""));
  return found === null ? [] : [[found[1] ?? "", (found[2] ?? "").replace(/\s+/g, "").replace(/^==(?=[^,]*$)/, "")]];
}

/** The lines of a TOML file, each with the name of its table. */
function tableLines(text: string): { table: string; line: string }[] {
  let table = "";
  return linesOf(text).flatMap((line) => {
    const heading = /^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$/.exec(line);
    if (heading !== null) table = heading[1] ?? "";
    return heading === null ? [{ table, line }] : [];
  });
}

/** `name = "1.2"` and `name = { version = "1.2", … }` in the tables asked for. */
function fromTables(text: string, tables: RegExp): Found {
  return tableLines(text).filter(({ table }) => tables.test(table)).flatMap(({ line }): Found => {
    const found = /^\s*"?([\w.-]+)"?\s*=\s*(?:"([^"]*)"|\{(.*)\})/.exec(line);
    if (found === null) return [];
    return [[found[1] ?? "", found[2] ?? /\bversion\s*=\s*"([^"]*)"/.exec(found[3] ?? "")?.[1] ?? ""]];
  });
}

function fromPyproject(text: string): Found {
  const poetry = fromTables(text, /^tool\.poetry\.(?:group\.[^.]+\.)?(?:dev-)?dependencies$/);
  let inList = false;
  const listed = tableLines(text).flatMap(({ table, line }): Found => {
    const opens = (table === "project" && /^\s*dependencies\s*=\s*\[/.test(line)) ||
      (/^(?:project\.optional-dependencies|dependency-groups)$/.test(table) && /^\s*[\w"-]+\s*=\s*\[/.test(line));
    if (opens) inList = true;
    const items = inList ? [...line.slice(opens ? line.indexOf("[") : 0).matchAll(/"([^"]+)"|'([^']+)'/g)] : [];
    if (inList && /\]\s*(?:#.*)?$/.test(line)) inList = false;
    return items.flatMap((item) => requirement(item[1] ?? item[2] ?? ""));
  });
  return [...poetry, ...listed];
}

function fromPubspec(text: string): Found {
  let inside = false;
  return linesOf(text).flatMap((line): Found => {
    if (/^\S/.test(line)) inside = /^(?:dev_)?dependencies:/.test(line);
    const found = inside ? /^ {2}(\w+):\s*["']?([^"'#\s][^"'#]*)?["']?\s*(?:#.*)?$/.exec(line) : null;
    return found === null ? [] : [[found[1] ?? "", (found[2] ?? "").trim()]];
  });
}

function everyMatch(text: string, pattern: RegExp): Found {
  return [...text.matchAll(pattern)].map(([, name = "", version]) => [name, version ?? ""] as const);
}
