import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Life, lifeAt, makeFolder, makeLife, removeAll } from "./life.ts";
import { shipnote } from "./tool.ts";

afterAll(removeAll);

/** Ten files' worth of everything that git prints differently to different people, with a tag where the ship begins. */
function manifold(...initArgs: string[]): Life {
  const life = makeLife(...initArgs);
  const lines = (count: number): string => Array.from({ length: count }, (_, at) => `line ${at}\n`).join("");
  life.commit("Base", { "long.txt": lines(40), "moved.txt": lines(30), "gone.txt": "for good\n", "café ☕.txt": "1\n", "crlf.txt": "a\r\nb\r\n", "app/main.py": "1\n" });
  life.git("tag", "v1");
  life.commit("Move things\n\nBecause they stood in the way.\n\nReviewed-by: Lin Berg <lin@example.org>\nRefs: #12", {
    "moved.txt": null, "further/moved.txt": lines(30), "gone.txt": null, "copied.txt": lines(40), "image.png": Buffer.from([137, 80, 78, 71, 0, 1, 2, 3]),
  });
  life.commit("fix: @everyone, see #3", { "long.txt": `${lines(20)}new\n${lines(20)}`, "café ☕.txt": "2\n", ".mailmap": "Ada O. <ada@example.org>\n", "app/main.py": "2\n" });
  life.git("switch", "-q", "-c", "topic", "HEAD~1");
  life.commit("Topic", { "topic.txt": "topic\n", ".gitattributes": "*.lock binary\n", "a.lock": "locked\n" }, { name: "Lin Berg", email: "lin@example.org" });
  life.git("switch", "-q", "main");
  life.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic");
  return life;
}

/** record.json and markdown of a record that was just written, but for the moment of writing and the digest, which is also of that. */
function bytes(directory: string): string {
  const { path, data } = JSON.parse(shipnoteOk(directory, ["list", "--json"])).records[0] as { path: string; data?: string };
  const facts = readFileSync(join(directory, data ?? path.replace(/\.md$/, "/record.json")), "utf8");
  return `${facts.replace(/"(recordedAt|facts)": "[^"]*"/g, '"$1": ""')}\n${readFileSync(join(directory, path), "utf8")}`;
}

function shipnoteOk(directory: string, args: readonly string[], env: Record<string, string | undefined> = {}): string {
  const answer = shipnote(directory, args, { env });
  if (answer.status !== 0) throw new Error(`${args.join(" ")} ended with ${answer.status}: ${answer.stdout}${answer.stderr}`);
  return answer.stdout;
}

function copyOf({ directory }: Life): string {
  const folder = join(makeFolder(), "copy");
  cpSync(directory, folder, { recursive: true });
  return folder;
}

function clone(from: string, ...args: string[]): string {
  const folder = join(makeFolder(), "clone");
  execFileSync("git", ["clone", "-q", ...args, `file://${from}`, folder], { env: fixtureEnvironment(1_700_000_000), stdio: ["ignore", "pipe", "pipe"] });
  return folder;
}

describe("the same ship from wherever it is looked at", () => {
  let origin: Life;
  let plain: string;
  beforeAll(() => {
    origin = manifold();
    const folder = copyOf(origin);
    shipnoteOk(folder, ["record", "--yes"]);
    plain = bytes(folder);
  });

  it("holds what git says", () => {
    const record = JSON.parse(plain.slice(0, plain.indexOf("\n---")));
    expect(record.commits.map(({ sha }: { sha: string }) => sha).sort()).toEqual(origin.git("rev-list", "v1..main").split("\n").sort());
    expect(record.files.map(({ status, path }: { status: string; path: string }) => `${status} ${path}`)).toEqual([
      "added .gitattributes", "added .mailmap", "added a.lock", "modified app/main.py", "modified café ☕.txt",
      "copied copied.txt", "renamed further/moved.txt", "deleted gone.txt", "added image.png", "modified long.txt", "added topic.txt",
    ]);
    expect(record.commits.map(({ author }: { author: string }) => author)).toEqual(["Ada O.", "Lin Berg", "Ada O.", "Ada O."]);
    expect(record.approvals).toEqual([{ who: "Lin Berg", source: "trailer" }]);
  });

  it.each<[string, (folder: string) => { at: string; args?: string[]; env?: Record<string, string> }]>([
    ["a subdirectory", (folder) => ({ at: join(folder, "app") })],
    ["-C", (folder) => ({ at: makeFolder(), args: ["-C", folder] })],
    ["-C, with GIT_DIR of another repository in the environment", (folder) => ({ at: makeFolder(), args: ["-C", folder], env: { GIT_DIR: join(origin.directory, ".git") } })],
    ["GIT_DIR and GIT_WORK_TREE", (folder) => ({ at: makeFolder(), env: { GIT_DIR: join(folder, ".git"), GIT_WORK_TREE: folder } })],
    ["a detached HEAD", (folder) => {
      execFileSync("git", ["checkout", "-q", "--detach"], { cwd: folder, env: fixtureEnvironment(1_700_000_000) });
      return { at: folder };
    }],
    ["a dirty work tree with its own attributes and mailmap", (folder) => {
      writeFileSync(join(folder, ".gitattributes"), "*.txt binary\n*.py -diff\n");
      writeFileSync(join(folder, ".mailmap"), "Somebody Else <ada@example.org>\n");
      writeFileSync(join(folder, "long.txt"), "dirty\n");
      return { at: folder };
    }],
    ["another time zone, language and home", (folder) => ({ at: folder, env: { TZ: "Pacific/Auckland", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8", LANGUAGE: "tr", HOME: makeFolder() } })],
  ])("%s", (_place, enter) => {
    const folder = copyOf(origin);
    const { at, args = [], env = {} } = enter(folder);
    shipnoteOk(at, ["record", "--yes", ...args], env);
    expect(bytes(folder)).toBe(plain);
  });

  it("whatever the user's git configuration says", () => {
    const folder = copyOf(origin);
    const home = makeFolder();
    writeFileSync(join(home, "attributes"), "* binary\n");
    writeFileSync(join(home, "mailmap"), "Nobody <ada@example.org>\n");
    writeFileSync(join(home, "order"), "topic.txt\n");
    mkdirSync(join(home, "hooks"));
    for (const hook of ["reference-transaction", "post-index-change"]) writeFileSync(join(home, "hooks", hook), `#!/bin/sh\ntouch ${home}/hook-ran\n`, { mode: 0o755 });
    writeFileSync(join(home, "config"), hostile(home));
    shipnoteOk(folder, ["record", "--yes"], {
      HOME: home, GIT_CONFIG_GLOBAL: join(home, "config"), GIT_CONFIG_NOSYSTEM: undefined, GIT_EXTERNAL_DIFF: "false", GIT_DIFF_OPTS: "-u0", GIT_PAGER: "false", PAGER: "false", GIT_EDITOR: "false",
      GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "diff.renames", GIT_CONFIG_VALUE_0: "false", GIT_LITERAL_PATHSPECS: "1", GIT_TRACE: "2",
    });
    expect(bytes(folder)).toBe(plain);
    expect(() => readFileSync(join(home, "hook-ran"))).toThrow(/ENOENT/);
    expect(() => readFileSync(join(home, "touched"))).toThrow(/ENOENT/);
  });

  it("a linked work tree, which shares the journal and has its own notes", () => {
    const folder = copyOf(origin);
    const linked = join(makeFolder(), "linked");
    execFileSync("git", ["worktree", "add", "-q", "--detach", linked, "main"], { cwd: folder, env: fixtureEnvironment(1_700_000_000) });
    shipnoteOk(linked, ["record", "--yes"]);
    expect(bytes(linked)).toBe(plain);
    expect(shipnoteOk(folder, ["list"])).toBe("no records\n");
    shipnoteOk(linked, ["run", "--as", "verify", "--", "true"]);
    const { record } = JSON.parse(shipnoteOk(folder, ["record", "--yes", "--json"]));
    expect(record.commands.map(({ command }: { command: string }) => command)).toEqual(["true"]);
  });

  it("a bare repository, on stdout alone", () => {
    const bare = clone(origin.directory, "--bare");
    expect(shipnote(bare, ["record", "--yes"]).status).toBe(3);
    const there = JSON.parse(shipnoteOk(bare, ["record", "--yes", "--stdout", "--json"]));
    const here = JSON.parse(plain.slice(0, plain.indexOf("\n---")));
    expect({ ...there.record, recordedAt: "", repository: null, actor: null }).toEqual({ ...here, generator: there.record.generator, repository: null, actor: null });
    expect(there.markdown).toContain("| `further/moved.txt` | renamed from `moved.txt` |");
    expect(execFileSync("ls", [bare], { encoding: "utf8" })).not.toContain("notes");
  });
});

describe("places that have less, or other ids", () => {
  it("a sha256 repository", () => {
    const life = manifold("--object-format=sha256");
    const { record, path } = life.record();
    expect(record.range).toMatchObject({ from: life.git("rev-parse", "v1"), to: life.git("rev-parse", "main"), toTree: life.git("rev-parse", "main^{tree}") });
    expect(record.range?.to).toHaveLength(64);
    expect(life.read(path)).toContain(record.range?.to.slice(0, 12));
    expect(life.record().status).toBe("unchanged");
  });

  it("a shallow clone records what lies within it, and never less than the ship", () => {
    const origin = makeLife();
    const [, b, c] = ["A", "B", "C"].map((name) => origin.commit(name, { [`${name}.txt`]: "1\n" }));
    const shallow = lifeAt(clone(origin.directory, "--depth=2"));
    const missing = { code: "history-missing", status: 3, expected: expect.stringContaining("git fetch --unshallow") };
    expect(shallow.refused(["record", "--yes"])).toMatchObject(missing);
    expect(shallow.refused(["record", "--yes", "--from", origin.git("rev-parse", "HEAD~2")])).toMatchObject(missing);
    expect(shallow.has("notes")).toBe(false);
    const within = shallow.record(["--from", b ?? ""]);
    expect(within.record.range).toMatchObject({ from: b, to: c });
    expect(within.record.commits.map(({ sha }) => sha)).toEqual([c]);
  });

  it("a partial clone fetches nothing, says what it cannot know, and completes it once it can", () => {
    const origin = makeLife();
    origin.git("config", "uploadpack.allowFilter", "true");
    const a = origin.commit("A", { "a.txt": "1\n2\n", CODEOWNERS: "* @team\n" });
    const b = origin.commit("B", { "a.txt": "1\n3\n", "b.txt": "1\n" });
    const partial = lifeAt(clone(origin.directory, "--filter=blob:none", "--no-checkout"));
    const before = partial.git("count-objects", "-v");
    const { record, path } = partial.record(["--from", a, "--to", b]);
    expect(partial.git("count-objects", "-v")).toBe(before);
    expect(record).toMatchObject({ range: { from: a, to: b, patchId: null }, rollback: { applies: { status: "unknown" } }, counts: { added: null, deleted: null } });
    expect(record.files.map(({ path: file, added }) => [file, added])).toEqual([["a.txt", null], ["b.txt", null]]);
    expect(record.notes.map(({ code }) => code)).toEqual(expect.arrayContaining(["blobs-missing", "codeowners-missing"]));
    expect(partial.read(path)).not.toMatch(/\+0|null/);
    partial.git("checkout", "-q", "main");
    partial.git("log", "-p");
    const again = partial.record(["--from", a, "--to", b]);
    expect(again).toMatchObject({ status: "written", record: { counts: { added: 1, deleted: 2 }, owner: { name: "@team" }, rollback: { applies: { status: "clean" } } } });
    expect(again.record.range?.patchId).toMatch(/^[0-9a-f]{40}$/);
    expect(again.record.notes.map(({ code }) => code)).not.toContain("blobs-missing");
  });

  it("an unborn branch has no ship but one without commits", () => {
    const life = makeLife();
    expect(life.refused(["record", "--yes"])).toMatchObject({ status: 3, code: "no-commits" });
    expect(life.record(["--no-range", "--title", "Order the server"]).record).toMatchObject({ range: null, title: "Order the server" });
  });
});

/** Settings that change what git prints, or start something. */
function hostile(home: string): string {
  const touch = `touch ${home}/touched; false`;
  const settings: Record<string, Record<string, string>> = {
    color: { ui: "always", diff: "always" },
    core: { quotePath: "true", abbrev: "40", attributesFile: `${home}/attributes`, pager: touch, hooksPath: `${home}/hooks`, autocrlf: "true", ignoreCase: "true", commentChar: "B", fsmonitor: touch, askPass: touch, sshCommand: touch, editor: touch },
    diff: {
      noprefix: "true", mnemonicPrefix: "true", renames: "false", renameLimit: "1", algorithm: "patience", context: "0", interHunkContext: "9", external: touch, orderFile: `${home}/order`,
      ignoreSubmodules: "all", submodule: "log", suppressBlankEmpty: "true", statGraphWidth: "1", relative: "true", noIndex: "true", wordRegex: ".", dirstat: "lines", indentHeuristic: "false", colorMoved: "zebra", autoRefreshIndex: "false",
    },
    log: { showSignature: "true", date: "relative", decorate: "full", follow: "true", mailmap: "false", showRoot: "false", diffMerges: "separate", excludeDecoration: "*", abbrevCommit: "true" },
    format: { pretty: "oneline", notes: "true", useAutoBase: "true" },
    i18n: { logOutputEncoding: "ISO-8859-1", commitEncoding: "ISO-8859-1" },
    mailmap: { file: `${home}/mailmap` },
    trailer: { separators: "#" },
    merge: { conflictStyle: "diff3", renames: "false", directoryRenames: "true", renormalize: "true" },
    commit: { gpgSign: "true" }, tag: { gpgSign: "true", sort: "-refname" }, gpg: { program: "false" },
    blame: { date: "relative" }, status: { short: "true" }, notes: { displayRef: "*" }, user: { useConfigOnly: "true" }, protocol: { allow: "always" },
    alias: { log: "!false", diff: "!false" }, column: { ui: "always" }, interactive: { diffFilter: touch }, pager: { log: "true", diff: "true" }, safe: { bareRepository: "all" },
  };
  return Object.entries(settings).map(([section, values]) => `[${section}]\n${Object.entries(values).map(([key, value]) => `\t${key} = "${value}"\n`).join("")}`).join("");
}
