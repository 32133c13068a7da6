import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Life, makeFolder, makeLife, removeAll } from "./life.ts";
import { shipnote } from "./tool.ts";

/*
 * The same repository and the same evidence, written down by two machines: all notes are the same bytes, but for the
 * moment of writing, which record.json keeps and nothing renders.
 */

afterAll(removeAll);

const calls: readonly string[][] = [
  ["record", "--yes", "--from", "v1", "--reason", "It was slow.", "--expected", "`rows rows < 5`", "--command", "call Lin"],
  ["index"],
  ["runbook"],
];

/** A ship with captured commands, results of checks, odd names, and a user's own partial. */
function evidence(): Life {
  const life = makeLife();
  life.git("config", "user.name", "Ada Osei");
  life.commit("Base", {
    "rows.txt": "rows=9\n", "z.txt": "1\n", "Ä.txt": "1\n", "a.txt": "1\n",
    "shipnote.config.yaml": "checks:\n  rows: { command: cp rows.txt rows.out, report: rows.out, metrics: { rows: { pattern: 'rows=([0-9.]+)', unit: rows, better: lower } } }\n",
    "notes/templates/commands.hbs": "{{#each commands}}\n- {{code command}}, {{text took}}\n{{/each}}\n",
    ".gitignore": "rows.out\n",
  });
  life.git("tag", "v1");
  life.commit("İstanbul: iI ıİ, 1,000.5 → 2\n\nDer Straße wegen.", { "rows.txt": "rows=4.5\n", "Ä.txt": "2\n" }, { name: "Zoë Ünal", email: "zoe@example.org" });
  life.commit("fix: @all", { "z.txt": null, "ä/ß.txt": "1\n", "package.json": '{"dependencies":{"left-pad":"1.0.0"}}\n' });
  life.call(["before"]);
  life.call(["run", "--as", "deploy", "--", "sh", "-c", "printf 'a\\tb\\n1,5\\n'"]);
  life.call(["after"]);
  return life;
}

function notesBelow(folder: string): Record<string, string> {
  const files = readdirSync(join(folder, "notes"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    // The digest is also of when it was written.
    return [relative(folder, path), readFileSync(path, "utf8").replace(/"(recordedAt|facts)": "[^"]*"/g, '"$1": ""')] as const;
  }).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function writtenBy(life: Life, how: { at?: (folder: string) => string; env?: Record<string, string | undefined>; prepare?: (folder: string) => void }): Record<string, string> {
  const folder = join(makeFolder(), "copy");
  cpSync(life.directory, folder, { recursive: true });
  how.prepare?.(folder);
  for (const args of calls) {
    const answer = shipnote(how.at?.(folder) ?? folder, how.at === undefined ? args : ["-C", folder, ...args], { env: how.env ?? {} });
    if (answer.status !== 0) throw new Error(`${args.join(" ")} ended with ${answer.status}: ${answer.stderr}`);
  }
  return notesBelow(folder);
}

describe("two machines write the same", () => {
  let life: Life;
  let plain: Record<string, string>;
  beforeAll(() => {
    life = evidence();
    plain = writtenBy(life, {});
  });

  it("a whole record, with index and runbooks", () => {
    expect(Object.keys(plain)).toHaveLength(6);
    const record = Object.entries(plain).find(([path]) => /notes\/\d{4}\/\d{4}-.*\.md$/.test(path))?.[1] ?? "";
    expect(record).toContain("Expected `rows rows < 5`: met");
    expect(record).toContain("- `call Lin`");
    expect(record).toContain("Zoë Ünal");
  });

  it.each<[string, Parameters<typeof writtenBy>[1]]>([
    ["a time zone west of Greenwich", { env: { TZ: "Pacific/Honolulu" } }],
    ["a time zone a day ahead, a Turkish locale", { env: { TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8", LC_NUMERIC: "de_DE.UTF-8", LANGUAGE: "tr:de" } }],
    ["another home and user, no terminal size, other colours", { env: { HOME: makeFolder(), USER: "somebody", LOGNAME: "somebody", HOSTNAME: "elsewhere", COLUMNS: "20", FORCE_COLOR: "3", TERM: "vt100", XDG_CONFIG_HOME: makeFolder() } }],
    ["from another folder", { at: () => makeFolder() }],
    ["packed objects, no reflog, an index of another age", { prepare: (folder) => {
      rmSync(join(folder, ".git", "index"));
      rmSync(join(folder, ".git", "logs"), { recursive: true });
    } }],
    ["a clock's other second: written later, and a draft and a stale intent of nobody's beside it", { prepare: (folder) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100);
      mkdirSync(join(folder, ".git", "shipnote", "drafts"), { recursive: true });
    } }],
  ])("%s", (_what, how) => {
    expect(writtenBy(life, how)).toEqual(plain);
  });

  it("and rendering once more changes no byte", () => {
    const folder = join(makeFolder(), "copy");
    cpSync(life.directory, folder, { recursive: true });
    for (const args of calls) shipnote(folder, args);
    const before = notesBelow(folder);
    expect(before).toEqual(plain);
    for (const args of [["record", "--yes", "--upgrade"], ["record", "--yes", "--force"], ["index", "--force"], ["runbook", "--force"]]) {
      expect(shipnote(folder, args, { env: { TZ: "Asia/Tokyo" } }).stdout).toContain("unchanged");
    }
    expect(notesBelow(folder)).toEqual(before);
  });
});
