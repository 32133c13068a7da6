import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Life, makeLife, removeAll } from "./life.ts";

afterAll(removeAll);

let life: Life;
let id: string;
const show = (...args: string[]): string => {
  const answer = life.call(["show", id, ...args]);
  if (answer.status !== 0) throw new Error(answer.stderr);
  return answer.stdout;
};

beforeAll(() => {
  life = makeLife();
  life.git("remote", "add", "origin", "https://github.com/web/articles.git");
  const from = life.commit("Base", { "app.js": "1\n" });
  life.commit("fix: stop <!channel> for @everyone (#7)", { "app.js": "2\n", "db/migrations/2.sql": "drop table x;\n" });
  id = life.record(["--from", from, "--reason", "Because @lin asked, see #12.", "--rollback", "Call @web/team first.\n\n```sh\nping @lin\n```"]).id;
  life.commitNotes();
  push();
});

/** As this clone knows of its remote after a push. */
function push(): void {
  life.git("update-ref", "refs/remotes/origin/main", "HEAD");
}

describe("show --format", () => {
  it("release: without front matter, markers, commands and checklist; nobody is mentioned; links lead there from anywhere", () => {
    const head = life.git("rev-parse", "HEAD");
    const text = show("--format", "release");
    expect(text).not.toMatch(/^---$|<!-- |^# |## Commands|## Checklist|Not written down/m);
    expect([...text.matchAll(/^## (.*)/gm)].map((match) => match[1])).toEqual(["Why", "What changed", "Before and after", "Rollback"]);
    expect(text).toContain("Because `@lin` asked, see #12.");
    expect(text).toContain("Call `@web/team` first.\n\n```sh\nping @lin\n```");
    expect(text).toContain(`(https://github.com/web/articles/blob/${head}/notes/2024/${id}.md#rollback)`);
  });

  it("chat: the title and the summary as plain text that calls nobody, and where the rest is", () => {
    const text = show("--format", "chat");
    expect(text.split("\n")[0]).toBe("fix: stop ‹!channel› for `@everyone` `(#7)`");
    expect(text).toContain("Rollback: planned, not tried");
    expect(text).not.toMatch(/[<>]|\*\*|(?<!`)@/);
    expect(text.trimEnd().split("\n").at(-1)).toBe(`https://github.com/web/articles/blob/${life.git("rev-parse", "HEAD")}/notes/2024/${id}.md`);
  });

  it("plain: no markup at all", () => {
    const text = show("--format", "plain");
    expect(text).toContain("\n\nWhy\n---\n\nBecause @lin asked, see #12.\n");
    expect(text).toMatch(/^File +Change +Lines +Kind$/m);
    expect(text).not.toMatch(/\*\*|^\||`|<!--/m);
  });

  it("summary: what stands above the first section", () => {
    expect(show("--format", "summary")).toMatch(/^Shipped to \*\*production\*\* on 2024-03-04[^]*reverts? leaves/i);
  });

  it.each([["release"], ["plain"]])("%s is cut at the end of a section, with a way to the rest", (format) => {
    const whole = show("--format", format);
    const sections = whole.split(format === "release" ? /^(?=## )/m : /^(?=[A-Z][^\n]*\n-{3,}\n)/m);
    const upTo = sections.map((_, at) => sections.slice(0, at + 1).join("").trimEnd());
    // The way to the rest takes less than 200 bytes.
    const sizes = [...upTo.map((part) => Buffer.byteLength(part) + 200), Buffer.byteLength(whole) - 1].filter((most) => most < Buffer.byteLength(whole));
    expect(sizes.length).toBeGreaterThan(2);
    for (const most of sizes) {
      const cut = show("--format", format, "--max-bytes", String(most));
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most);
      const [, kept = "", rest = ""] = /^([^]*?)\n*… (.*)\n$/.exec(cut) ?? [];
      expect(rest).toContain(`notes/2024/${id}.md`);
      expect(upTo).toContain(kept);
    }
    expect(show("--format", format, "--max-bytes", String(Buffer.byteLength(whole)))).toBe(whole);
  });

  it("where not even the first section fits, it ends behind a block, or is only the way to the rest", () => {
    const whole = show("--format", "release");
    const cut = show("--format", "release", "--max-bytes", "450");
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(450);
    expect(whole.startsWith(cut.slice(0, cut.indexOf("\n\n… ")))).toBe(true);
  });

  it.each(["release", "summary", "chat", "plain"])("%s is never larger than it may be, and always says where the rest is", (format) => {
    for (const most of [100, 120, 150, 200, 300, 500]) {
      const cut = show("--format", format, "--max-bytes", String(most));
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most);
      expect(cut).toContain(id);
    }
  });

  it("is refused where it cannot be meant", () => {
    expect(life.refused(["show", "--format", "html"])).toMatchObject({ status: 2, code: "value-invalid" });
    expect(life.refused(["show", "--format", "chat", "--max-bytes", "1e3"])).toMatchObject({ status: 2, code: "value-invalid" });
    expect(life.refused(["show", "--max-bytes", "1000"])).toMatchObject({ status: 2, code: "usage" });
  });

  it("names the file where no page of it can be opened: the record is not committed, or its commit is not pushed", () => {
    const other = makeLife();
    other.git("remote", "add", "origin", "https://github.com/web/articles.git");
    other.commit("Base", { "a.js": "1\n" });
    other.git("update-ref", "refs/remotes/origin/main", "HEAD");
    const written = other.record([]);
    const shown = (): string => other.call(["show", "--format", "chat"]).stdout;
    expect(shown()).not.toContain("http");
    other.commitNotes();
    expect(shown()).not.toContain("http");
    expect(other.call(["show", "--format", "summary", "--max-bytes", "100"]).stdout).toBe(`… the rest is in \`${written.path}\`.\n`);
    const pushed = other.git("rev-parse", "HEAD");
    // A job at a tag has no branch of a remote, and its commit all the same.
    const inJob = other.call(["show", "--format", "chat"], { env: { GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "push", GITHUB_SHA: pushed } });
    expect(inJob.stdout).toContain(`https://github.com/web/articles/blob/${pushed}/${written.path}\n`);
    other.git("update-ref", "refs/remotes/origin/main", pushed);
    expect(shown()).toContain(`https://github.com/web/articles/blob/${pushed}/${written.path}\n`);
    // What is committed on top and not pushed is nobody's yet; the record is there as it was.
    other.commit("More", { "a.js": "2\n" });
    expect(shown()).toContain(`https://github.com/web/articles/blob/${pushed}/${written.path}\n`);
    other.edit(written.path, "*Not written down.*", "Because.");
    other.commitNotes();
    expect(shown()).not.toContain("http");
  });

  it("shows what people wrote as they meant it: headings, details, links, and nothing where they wrote nothing", () => {
    const other = makeLife();
    other.git("remote", "add", "origin", "https://github.com/web/articles.git");
    other.commit("Base", { "a.js": "1\n" });
    const written = other.record(["--title", "fix \u001b[31mred\u202e"]);
    const lead = `<details><summary>cc/@bob</summary>\n\n${"Long ago. ".repeat(40)}\n\n</details>`;
    other.edit(written.path, "## Why", `${lead}\n\n## Why`);
    other.write(written.path, `${other.read(written.path)}\n## \\<img src=x\\> \\*star\\*\n\nSee [the plan][p] and <img src="../plan.svg" alt="a plan">, \`a\`@zed.\n\n[p]: ../../docs/plan.md#two\n`);
    other.commitNotes();
    other.git("update-ref", "refs/remotes/origin/main", "HEAD");
    const page = `https://github.com/web/articles/blob/${other.git("rev-parse", "HEAD")}`;
    const shown = (...args: string[]): string => other.call(["show", ...args]).stdout;
    const release = shown("--format", "release");
    expect(release).not.toContain("Not written down");
    expect(release).toContain("## \\<img src=x\\> \\*star\\*\n");
    expect(release).toContain(`See [the plan](${page}/docs/plan.md#two) and <a href="${page}/notes/plan.svg">a plan</a>, \`a\`<code>@zed</code>.`);
    expect(release).toContain("<summary>cc/<code>@bob</code></summary>");
    expect(shown("--format", "plain").split("\n")[0]).toBe("fix \\u{1b}[31mred\\u{202e}");
    const cut = shown("--format", "summary", "--max-bytes", "500");
    expect(cut).toMatch(/^Shipped to [^]*\n\n… \[the rest\]\(.*\)\n$/);
    expect(cut).not.toContain("<details>");
  });
});
