import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { fitted, openScratch, readSteps, type Scratch, type Typed } from "./transcripts/transcript.ts";

/*
 * What README, the guides and --help say is run, and compared with what the packed tool does. Of a document's
 * fenced blocks, in their order and in one scratch folder: `console` is a transcript, a block whose info string
 * names a file (`yaml shipnote.config.yaml`) is written there, and all `yaml` has to load as configuration.
 * `console terminal` is what stands on a terminal after one command that asks; a comment above it, which no reader
 * sees, has a line a question: `<!-- typed`, `Title?`, `Why? Readers waited.`, `-->`.
 */

const root = resolve(import.meta.dirname, "..");
const guides = join(root, "notes", "guides");
const documents = ["README.md", ...readdirSync(guides).filter((name) => name.endsWith(".md")).sort().map((name) => `notes/guides/${name}`)];

interface Block {
  language: string;
  file: string | null;
  /** The number of its first line. */
  first: number;
  lines: string[];
  /** What is typed at its questions; null where nobody sits at a terminal. */
  typed: Typed[] | null;
}

/** The public surface: every command with its own flags. A change here is a change for users. */
const surface: Record<string, string> = {
  record: `--from --to --no-range --env --component --at --fetch --relink --title --reason --expected --assumptions --rollback --owner
    --command --no-commands --before --after --baseline --results --approved-by --artifact --exception --id --commit --index --stdout
    --force --upgrade --plain --dry-run`,
  run: "--as --name --env --component --no-output",
  before: "--save --only --rev --env --component --dry-run",
  after: "--save --only --baseline --env --component --dry-run",
  rollback: "--env --component --check",
  list: "--env --component --since --until --owner --verdict --hazard --outcome --grep --limit",
  show: "--format --max-bytes",
  init: "--by --ci --deliver --no-hook --force --dry-run",
  hook: "--pre-push-only --shared --dry-run",
  verify: "--since --format",
  compare: "--only --env --component --dry-run",
  index: "--check --force --dry-run",
  runbook: "--force --dry-run",
  doctor: "--fix --checks --dry-run",
  schema: "",
};
const everywhere = "-C --config --json -q --quiet --no-color -y --yes -h --help";
const core = ["record", "run", "before", "after", "rollback", "list", "show", "init", "hook", "verify"];

let scratch: Scratch;
const help = new Map<string, string>();

beforeAll(() => {
  scratch = openScratch(inject("tool"));
  scratch.run("git init -q");
  for (const command of ["", ...Object.keys(surface)]) help.set(command, scratch.run(`shipnote ${command} --help`).stdout);
});
afterAll(() => scratch.remove());

describe("the public surface", () => {
  it("has these commands, and shows the core first", () => {
    const first = help.get("") ?? "";
    const listed = [...first.matchAll(/^ {2}([a-z]+)(?: [-[A-Z].*?)? {2,}/gm)].map((match) => match[1]);
    expect(listed).toEqual(Object.keys(surface));
    expect(listed.slice(0, core.length)).toEqual(core);
    expect(first.split("\n").slice(0, 24).join("\n")).toContain("\nMore:\n");
  });

  it.each(Object.entries(surface))("%s has these flags", (command, flags) => {
    expect(flagsOf(command)).toEqual([...words(flags), ...words(everywhere)]);
  });
});

describe.each(documents)("%s", (document) => {
  const text = readFileSync(join(root, document), "utf8");
  const blocks = blocksOf(text);

  it("shows what really happens", async () => {
    const place = openScratch(inject("tool"), { emptyHome: text.includes("\n$ git config --global user.name ") });
    try {
      for (const { language, file, first, lines, typed } of blocks) {
        if (file !== null) place.write(file, `${lines.join("\n")}\n`);
        if (language !== "console") continue;
        for (const { line, command, expected } of readSteps(lines, first)) {
          const shown = typed === null ? place.run(command, { merge: true }).stdout : await place.sit(command, typed);
          expect(fitted(expected, shown), `${document}:${line} ${command}`).toBe(expected);
        }
      }
    } finally {
      place.remove();
    }
  });

  it("configures what can be configured", () => {
    for (const { first, lines } of blocks.filter(({ language }) => language === "yaml")) {
      scratch.write("shipnote.config.yaml", `${lines.join("\n")}\n`);
      expect(scratch.run("shipnote list --json"), `${document}:${first}`).toMatchObject({ status: 0, stderr: "" });
    }
  });

  it("names only commands and flags that exist", () => {
    for (const { line, command, flags } of calls(text)) {
      expect(Object.keys(surface), `${document}:${line}`).toContain(command);
      for (const flag of flags) expect(flagsOf(command), `${document}:${line} shipnote ${command} ${flag}`).toContain(flag);
    }
    const all = new Set(Object.keys(surface).flatMap((command) => flagsOf(command)));
    for (const flag of bareFlags(text)) expect([...all], `${document}: ${flag}`).toContain(flag);
  });
});

describe.each([...documents, "CONTRIBUTING.md", "templates/README.md"])("%s", (document) => {
  const text = readFileSync(join(root, document), "utf8");

  it("links to what is there", () => {
    for (const [, target = ""] of prose(text).matchAll(/\]\((?![a-z]+:)([^)#\s]+)(?:#[^)]*)?\)/g)) {
      const path = resolve(root, dirname(document), target);
      expect(relative(root, path), `${document} links to ${target}`).not.toMatch(/^\.\./);
      expect(existsSync(path), `${document} links to ${target}`).toBe(true);
    }
  });

  it("names only scripts of package.json", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
    for (const [call, name] of text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)) expect(Object.keys(scripts), `${document}: ${call}`).toContain(name);
  });
});

function flagsOf(command: string): string[] {
  const options = (help.get(command) ?? "").split("\nOptions:\n")[1]?.split("\n\n")[0] ?? "";
  return [...options.matchAll(/^ {2}(-[\w-]+)(?:, (--[\w-]+))?/gm)].flatMap(([, one = "", two]) => (two === undefined ? [one] : [one, two]));
}

/** Every `shipnote COMMAND …` in a block of commands or in inline code, with the flags that are shipnote's. */
function calls(text: string): { line: number; command: string; flags: string[] }[] {
  const typed = blocksOf(text).flatMap(({ language, lines, first }) =>
    lines.flatMap((words, place) => (language === "sh" || (language === "console" && words.startsWith("$ ")) ? [{ line: first + place, words }] : [])));
  const inline = prose(text).split("\n").flatMap((words, place) => codes(words).map((code) => ({ line: place + 1, words: code })));
  return [...typed, ...inline].flatMap(({ line, words }) =>
    [...words.matchAll(/(?<![\w./-])shipnote ([a-z]+)((?:(?!&&|[|;#]).)*)/g)].map(([, command = "", rest = ""]) => {
      const ours = rest.replace(/'[^']*'|"[^"]*"/g, "''").split(/\s--(?=\s|$)/)[0] ?? "";
      return { line, command, flags: [...ours.matchAll(/(?<=\s)--?[a-zA-Z][\w-]*/g)].map(([flag]) => flag) };
    }));
}

/** Flags that stand alone in inline code: `--force`. */
function bareFlags(text: string): string[] {
  return prose(text).split("\n").flatMap(codes).flatMap((code) => [...code.matchAll(/^(?:[a-z]+ )?(--[a-z-]+)/g)].map(([, flag = ""]) => flag));
}

function codes(line: string): string[] {
  return [...line.matchAll(/(`+)(.+?)\1(?!`)/g)].map((match) => match[2] ?? "");
}

/** The text without its fenced blocks, line by line. */
function prose(text: string): string {
  const inside = new Set(blocksOf(text).flatMap(({ first, lines }) => lines.map((_line, place) => first + place)));
  return text.split("\n").map((line, place) => (inside.has(place + 1) ? "" : line)).join("\n");
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let fence: string | null = null;
  const all = text.split("\n");
  all.forEach((line, place) => {
    const [, marks = "", language = "", file = null] = /^(`{3,})(\w*)(?: (\S+))?$/.exec(line) ?? [];
    if (fence === null && marks !== "") {
      fence = marks;
      const isTerminal = file === "terminal";
      blocks.push({ language, file: isTerminal ? null : file, first: place + 2, lines: [], typed: isTerminal ? typedIn(all.slice(0, place)) : null });
    } else if (line === fence) fence = null;
    else if (fence !== null) blocks.at(-1)?.lines.push(line);
  });
  return blocks;
}

/** The last comment of these lines that says what is typed. */
function typedIn(lines: readonly string[]): Typed[] {
  const first = lines.lastIndexOf("<!-- typed") + 1;
  return lines.slice(first, lines.indexOf("-->", first)).map((line) => {
    const end = line.indexOf("?") + 1;
    return [line.slice(0, end), line.slice(end).trim()];
  });
}

function words(list: string): string[] {
  return list.split(/\s+/).filter((word) => word !== "");
}
