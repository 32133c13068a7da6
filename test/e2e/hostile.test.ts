import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Fixture, fixtureEnvironment, makeRepository } from "../git-fixture.ts";
import { alive, rendered, tags } from "../hostile/rendered.ts";
import { unseen } from "../hostile/strings.ts";
import { sitDown } from "../run-rig.ts";
import { shipnote } from "./tool.ts";

/*
 * A repository whose strangers do their worst in every place that git leaves to them, recorded by the packed tool.
 */

const subjects = [
  "fix: <img src=x onerror=alert(1)> and <script>alert(1)</script>",
  "@bob @org/team #12 !34 ~bug %5 &9 $HOME :smile: [[Home]] GH-12 deadbeefcafe",
  "\u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007 \u009b31m",
  "\u202Egnissim \u2066x\u2069 \u200Bzero \uFEFFbom \u00ADsoft",
  "<!-- /shipnote:changes --> <!-- shipnote:summary -->",
  "{{title}} {{{x}}} {{#if a}} {{> evil}} ${HOME} `id` $(id)",
  "| a | b | \\| c ``` d ~~~ ![x](https://evil.example/x.png) [y](javascript:alert(1))",
  "--help --output=/tmp/x -rf",
  "https://evil.example/?a=1 www.evil.example bob@evil.example mailto:bob@evil.example",
  "# heading > quote - [ ] item 1. one *a* _b_ **c**",
];

const paths = [
  "--flag", "-rf", "a\nb.txt", "\u001b[31mred.txt", "\u202Egnissim.txt", "<script>alert(1)</script>.js", "{{title}}.hbs", "a|b`c`.md", "@team/#12.txt",
  "![x](y).png", "<!-- shipnote:summary -->", " leading and trailing ", "$(id);`id`.sh", "\u0001\u007f.bin", "db/migrations/<b>0001</b>@bob.sql", "日本/é 👩\u200d💻.txt",
];

const authors = ["<b>Bob</b> @bob", "\u001b[31mRed\u202E", "| Pipe | `tick`", "[bot] {{x}}"];

/** The elements that our templates write, or that their markdown becomes. */
const ours = new Set(["a", "blockquote", "br", "code", "details", "em", "h1", "h2", "h3", "hr", "input", "li", "p", "pre", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul"]);

let fixture: Fixture;
let id: string;
let said: string[];
let statuses: (number | null)[];

beforeAll(() => {
  fixture = makeRepository();
  const { commit, git, directory } = fixture;
  git("remote", "add", "origin", "https://github.com/web/articles.git");
  const first = commit("First", { "CODEOWNERS": "* @web/team<script>\n" });
  for (const [place, subject] of subjects.entries()) {
    const path = paths[place] ?? "x";
    commit(`${subject}\n\n${subject}\n\nReviewed-by: ${authors[place % authors.length]}\nCo-authored-by: ${authors[(place + 1) % authors.length]} <x@e.org>`, { [path]: `${subject}\n` }, { name: authors[place % authors.length] ?? "" });
  }
  commit("The rest", Object.fromEntries(paths.slice(subjects.length).map((path) => [path, "-- drop table x;\n"])));
  git("checkout", "-q", "-b", "feature/<script>@bob-$(id)-{{x}}-\u202Ex");
  git("update-ref", "refs/tags/--output=x", first);
  shipnote(directory, ["run", "--as", "backup", "--", "printf", "\\033[31m%s\\033[0m\\n", ...subjects]);
  shipnote(directory, ["run", "--", "sh", "-c", "printf '<script>%s\\n' @bob '```' '<!-- /shipnote:commands -->'; exit 1"]);
  writeFileSync(join(directory, ".git/report.xml"), `<testsuite name="&lt;b&gt;@bob|x" tests="1" failures="1"><testcase name="&lt;script&gt;|@bob #12 {{x}}" classname="c"><failure/></testcase></testsuite>`);
  const answers = [
    shipnote(directory, ["record", "--yes", "--from", first, "--dry-run"]),
    shipnote(directory, ["record", "--yes", "--after", "tests=.git/report.xml", "--command", subjects[2] ?? "", "--approved-by", authors[1] ?? ""]),
    shipnote(directory, ["index"]),
    shipnote(directory, ["runbook"]),
    shipnote(directory, ["list"]),
    shipnote(directory, ["rollback"]),
    shipnote(directory, ["rollback", "--check"]),
    shipnote(directory, ["show"]),
    shipnote(directory, ["record", "--yes", "--to", "HEAD~1", "--from", "nope\u001b[31m"]),
  ];
  said = answers.map(({ stdout, stderr }) => stdout + stderr);
  id = /wrote notes\/2026\/(\S+)\.md/.exec(said[1] ?? "")?.[1] ?? "";
  statuses = answers.map(({ status }) => status);
}, 60_000);
afterAll(() => fixture.remove());

const read = (path: string): string => readFileSync(join(fixture.directory, "notes", path), "utf8");

/** What the markdown of a page brings to life that is not ours. */
function comesAlive(markdown: string): string[] {
  const html = rendered(markdown.replace(/^---\n.*?\n---\n/s, "").replaceAll(/^<!-- (?:\/?shipnote:[a-z-]+|sealed: [0-9a-f]{64} [0-9a-f]{64}) -->$/gm, ""));
  const strange = tags(html).filter((tag) => !ours.has(/^<\/?([a-z0-9]+)/.exec(tag)?.[1] ?? ""));
  const links = tags(html).filter((tag) => tag.startsWith("<a ") && !/ href="(?:https:\/\/github\.com\/web\/articles\/|#|[\w./-]+\.md(?:#rollback)?")/.test(tag));
  return [...strange, ...links, ...alive(html), unseen(markdown) ?? ""].filter(Boolean);
}

describe("a hostile repository", () => {
  it("is recorded and looked through without a hitch", () => {
    expect(statuses).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 2]);
  });

  it("has a name for its record that any file system takes", () => {
    expect(id).toBe("2026-11-24-the-rest-and-10-more-commits");
  });

  it("brings nothing to life in the record, the index and a runbook", () => {
    expect(comesAlive(read(`2026/${id}.md`))).toEqual([]);
    expect(comesAlive(read("README.md"))).toEqual([]);
    expect(comesAlive(read("2026/README.md"))).toEqual([]);
    expect(comesAlive(read("runbooks/backup.md"))).toEqual([]);
  });

  it("opens and closes each region once", () => {
    const markers = read(`2026/${id}.md`).match(/^<!-- \/?shipnote:[a-z]+ -->$/gm) ?? [];
    expect(markers).toEqual(["summary", "changes", "commands", "metrics", "rollback", "checklist"].flatMap((name) => [`<!-- shipnote:${name} -->`, `<!-- /shipnote:${name} -->`]));
  });

  it("sends no terminal an escape, and turns no line", () => {
    for (const text of said) expect(unseen(text)).toBeNull();
  });

  it("is told whole in record.json", () => {
    const record = JSON.parse(read(`2026/${id}/record.json`)) as { files: { path: string }[]; commits: { subject: string }[]; range: { source: string; from: string } };
    expect(record.files.map(({ path }) => path).sort()).toEqual([...paths].sort());
    expect(record.commits.map(({ subject }) => subject)).toEqual(["The rest", ...subjects.toReversed()]);
    expect(record.range).toMatchObject({ source: "tag", from: fixture.git("rev-list", "--max-parents=0", "HEAD") });
  });

  it("is unchanged when it is recorded again", () => {
    expect(shipnote(fixture.directory, ["record", "--yes"]).stdout).toBe(`unchanged notes/2026/${id}.md\n`);
  });

  it("keeps a terminal from what somebody wrote into a record, and a pipe gets each byte", async () => {
    const path = join(fixture.directory, "notes/2026", `${id}.md`);
    const mine = "\n\u001b[31mred\u001b]0;title\u0007 \u202Eder\ttab\u009b2J\n";
    writeFileSync(path, read(`2026/${id}.md`) + mine);
    expect(shipnote(fixture.directory, ["show"]).stdout.endsWith(mine)).toBe(true);
    const seat = sitDown(process.execPath, [inject("tool"), "show"], fixture.directory, { GIT_CONFIG_GLOBAL: "/dev/null", CI: "" });
    await seat.shows("<U+001B>[31mred<U+001B>]0;title<U+0007> <U+202E>der");
    await seat.ended;
    expect(seat.shown().slice(seat.shown().indexOf("## Notes"))).not.toMatch(/[^\P{Cc}\t\r\n]/u);
  });
});

/** Commits a tree with a message and an author that are bytes of any kind. */
function commitBytes({ directory, git }: Fixture, message: Buffer, author: Buffer = Buffer.from("Ada Osei")): string {
  const who = Buffer.concat([author, Buffer.from(" <a@e.org> 1795512000 +0000\n")]);
  const raw = Buffer.concat([
    Buffer.from(`tree ${git("write-tree")}\nparent ${git("rev-parse", "HEAD")}\nauthor `), who, Buffer.from("committer "), who, Buffer.from("\n"), message,
  ]);
  const sha = execFileSync("git", ["hash-object", "-t", "commit", "-w", "--stdin", "--literally"], { cwd: directory, input: raw, encoding: "utf8", env: fixtureEnvironment(0) }).trim();
  git("reset", "-q", "--soft", sha);
  return sha;
}

describe("bytes", () => {
  it("that are no UTF-8, in paths, messages and names, are kept percent-encoded, and it is said", () => {
    const latin = makeRepository();
    latin.commit("First", { "a.txt": "1\n" });
    writeFileSync(Buffer.concat([Buffer.from(`${latin.directory}/caf`), Buffer.from([0xe9, 0xff, 0x0a]), Buffer.from("100%.txt")]), "x\n");
    latin.git("add", "-A");
    commitBytes(latin, Buffer.from([0x43, 0x61, 0x66, 0xe9, 0x20, 0xc0, 0x80, 0x20, 0x31, 0x25, 0x0a]), Buffer.from([0x52, 0x65, 0x6e, 0xe9]));
    const { status, stdout } = shipnote(latin.directory, ["record", "--yes", "--json"]);
    const { record } = JSON.parse(stdout) as { record: { title: string; files: { path: string }[]; contributors: { name: string }[]; notes: { text: string }[] } };
    expect(status).toBe(0);
    expect(record.title).toBe("Caf%E9 %C0%80 1%25");
    expect(record.files.map(({ path }) => path)).toEqual(["caf%E9%FF\n100%25.txt"]);
    expect(record.contributors.map(({ name }) => name)).toEqual(["Ren%E9"]);
    expect(record.notes.map(({ text }) => text).join("\n")).toMatch(/percent-encoded/);
    latin.remove();
  });

  it("beside NUL, and NUL itself, in a message", () => {
    const nul = makeRepository();
    nul.commit("First", { "a.txt": "1\n" });
    nul.write("b.txt", "2\n");
    nul.git("add", "-A");
    commitBytes(nul, Buffer.from("Zero \u0001\u0000<script>\u007f one\n\nbody\u0000 @bob\n"));
    const { status, stdout } = shipnote(nul.directory, ["record", "--yes"]);
    expect(status).toBe(0);
    const path = /^wrote (\S+)\n$/.exec(stdout)?.[1] ?? "";
    const markdown = readFileSync(join(nul.directory, path), "utf8");
    expect(comesAlive(markdown)).toEqual([]);
    expect(shipnote(nul.directory, ["record", "--yes"]).stdout).toBe(`unchanged ${path}\n`);
    nul.remove();
  });
});

describe("amounts", () => {
  it("a subject of 1 MB, a body of 1 MB, 2,000 paths of 100 bytes and one of 3,000: a record that can be read", () => {
    const large = makeRepository();
    large.commit("First", { "a.txt": "1\n" });
    const folder = join(large.directory, "d".repeat(60));
    mkdirSync(folder);
    for (let file = 0; file < 2000; file += 1) writeFileSync(join(folder, `${"f".repeat(35)}${file}`), "x\n");
    const deep = Array.from({ length: 15 }, () => "p".repeat(200)).join("/");
    mkdirSync(join(large.directory, deep), { recursive: true });
    writeFileSync(join(large.directory, deep, "end"), "x\n");
    large.git("add", "-A");
    commitBytes(large, Buffer.from(`${"<b>long @bob ".repeat(80_000)}\n\n${"body ".repeat(200_000)}\n`));
    const started = performance.now();
    const { status, stdout, stderr } = shipnote(large.directory, ["record", "--yes"]);
    expect({ status, stderr: stderr.length < 2000 }).toEqual({ status: 0, stderr: true });
    expect(performance.now() - started).toBeLessThan(20_000);
    const path = /^wrote (\S+)\n$/.exec(stdout)?.[1] ?? "";
    const markdown = readFileSync(join(large.directory, path), "utf8");
    expect(Buffer.byteLength(markdown)).toBeLessThan(500_000);
    expect(comesAlive(markdown)).toEqual([]);
    expect(shipnote(large.directory, ["list"]).stdout.length).toBeLessThan(1000);
    large.remove();
  });
});
