import { afterAll, describe, expect, it } from "vitest";
import { type Life, lifeAt, makeFolder, makeLife, removeAll, type Written, writtenSo } from "./life.ts";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fixtureEnvironment } from "../git-fixture.ts";

/* What 'brought up to date' means, point by point. What people may do to the markdown: update-by-hand.test.ts. */

afterAll(removeAll);

interface Ship extends Life {
  first: Written;
  markdown: () => string;
}

function ship(args: readonly string[] = [], body = ""): Ship {
  const life = makeLife();
  life.git("config", "user.name", "Ada Osei");
  life.commit("Base", { "a.txt": "1\n" });
  life.commit(`Cache article lookups${body}`, { "a.txt": "2\n" });
  const first = life.record(args);
  return { ...life, first, markdown: () => life.read(first.path) };
}

/** Every file below notes/, by path. */
function notesOf(life: Life): Record<string, string> {
  const paths = life.git("ls-files", "--others", "--cached", "notes").split("\n");
  return Object.fromEntries(paths.map((path) => [path, life.read(path)]));
}

/** What stays whatever happens. */
function lasting({ id, record: { recordedAt, actor, range, shippedAt } }: Written): object {
  return { id, recordedAt, actor, range, shippedAt };
}

describe("a second run", () => {
  it("at once writes nothing", () => {
    const life = ship();
    const before = notesOf(life);
    const again = life.record();
    expect(again).toEqual({ ...life.first, status: "unchanged" });
    expect(notesOf(life)).toEqual(before);
    const { stdout, stderr } = life.call(["record", "--yes"]);
    expect([stdout, stderr]).toEqual([`unchanged ${life.first.path}\n`, expect.stringContaining("Nothing new since it was written.")]);
  });

  it("with nothing new but --title, --owner, --approved-by, --artifact, --at", () => {
    const life = ship();
    const same = lasting(life.first);
    const titled = life.record(["--title", "Cache every lookup"]);
    expect(lasting(titled)).toEqual(same);
    expect(titled.record.title).toBe("Cache every lookup");
    expect(life.markdown()).toContain("\n# Cache every lookup\n");
    const owned = life.record(["--owner", "@web-team", "--approved-by", "Lin Berg", "--artifact", `app=sha256:${"ab".repeat(32)}`]);
    expect(owned.record).toMatchObject({
      title: "Cache every lookup", owner: { name: "@web-team", source: "flag" },
      approvals: [{ who: "Lin Berg", source: "flag" }], artifacts: [{ name: "app", digest: `sha256:${"ab".repeat(32)}` }],
    });
    expect(life.record()).toMatchObject({ status: "unchanged", record: { owner: { name: "@web-team" }, approvals: [{ who: "Lin Berg" }] } });
    const moved = life.record(["--at", "2024-03-05T10:00:00Z"]);
    expect(moved).toMatchObject({ id: life.first.id, record: { shippedAt: "2024-03-05T10:00:00Z", shippedAtSource: "flag", range: life.first.record.range } });
    expect(life.markdown()).toContain("\ndate: 2024-03-05\n");
    expect(life.record().status).toBe("unchanged");
  });

  it("by another person keeps who recorded it", () => {
    const life = ship();
    life.git("config", "user.name", "Lin Berg");
    const env = { GIT_AUTHOR_NAME: "Lin Berg", GIT_COMMITTER_NAME: "Lin Berg", GITLAB_USER_NAME: "Lin Berg" };
    expect(life.record([], { env })).toEqual({ ...life.first, status: "unchanged" });
    expect(life.record(["--reason", "It was slow."], { env }).record.actor).toEqual({ name: "Ada Osei", ci: null });
  });

  it("on another machine drops nothing: neither commands nor results nor a whole line", () => {
    const life = makeLife();
    life.git("config", "user.name", "Ada Osei");
    life.write("shipnote.config.yaml", "checks:\n  rows: { command: echo rows=5, rounds: 1, metrics: { rows: { pattern: 'rows=([0-9]+)', unit: rows } } }\n");
    life.commit("Base", { "a.txt": "1\n" });
    life.call(["before"]);
    life.commit("Cache article lookups", { "a.txt": "2\n" });
    life.call(["run", "--as", "deploy", "--name", "the deploy", "--", "echo", "deployed"]);
    life.call(["after"]);
    const first = life.record(["--command", "flip the switch", "--reason", "It was slow."]);
    expect(first.record).toMatchObject({ shippedAtSource: "deploy", commands: [{ command: "echo deployed" }, { command: "flip the switch" }] });
    expect(first.record.metrics.map(({ metric, before, after }) => [metric, before?.carried, after?.carried])).toEqual(expect.arrayContaining([["duration", false, false], ["error-rate", false, false], ["rows", false, false]]));
    life.commitNotes();
    const folder = join(makeFolder(), "clone");
    execFileSync("git", ["clone", "-q", life.directory, folder], { env: fixtureEnvironment(1_700_000_000) });
    const clone = lifeAt(folder);
    clone.git("config", "remote.origin.url", "");
    clone.git("config", "--unset", "remote.origin.url");
    expect(clone.record()).toEqual({ ...first, status: "unchanged" });
    expect(clone.git("status", "--porcelain")).toBe("");
    const more = clone.record(["--assumptions", "None."]);
    expect(more.record.commands).toEqual(first.record.commands);
    expect(more.record.metrics).toEqual(first.record.metrics);
    expect(clone.read(more.path)).toContain("`echo deployed`");
  });

  it("keeps whether undoing would apply as it was answered first", () => {
    const life = ship();
    expect(life.first.record.rollback.applies).toMatchObject({ status: "clean", against: life.first.record.range?.to });
    life.commit("On top, in the same place", { "a.txt": "3\n" });
    const again = life.record(["--id", life.first.id, "--reason", "It was slow."]);
    expect(again.status).toBe("written");
    expect(again.record.rollback).toEqual(life.first.record.rollback);
    expect(life.call(["rollback", "--check"]).stdout).toBe(`conflicts  ${life.first.id}  a.txt\n`);
  });

  it("of an older record is by --id only", () => {
    const life = ship();
    life.commit("Next", { "b.txt": "1\n" });
    const next = life.record();
    expect(next.id).not.toBe(life.first.id);
    const older = life.record(["--id", life.first.id, "--reason", "It was slow."]);
    expect(lasting(older)).toEqual(lasting(life.first));
    expect(life.record()).toEqual({ ...next, status: "unchanged" });
    life.call(["run", "--as", "deploy", "--", "true"]);
    const untouched = life.record(["--id", life.first.id, "--expected", "It is fast."]);
    expect(untouched.record.commands, "what began after the next ship was recorded is a later ship's").toEqual([]);
    expect(lasting(untouched)).toEqual(lasting(life.first));
    expect(life.refused(["record", "--yes", "--id", "2024-01-01-never"])).toMatchObject({ status: 2, code: "record-unknown" });
    expect(life.refused(["record", "--yes", "--id", life.first.id, "--to", "HEAD"])).toMatchObject({ status: 2, code: "usage" });
  });
});

describe("a newer version", () => {
  function fromOlder(): Ship {
    const life = ship();
    life.edit(life.first.data, /"version": "\d+\.\d+\.\d+"/, '"version": "0.0.1"');
    life.edit(life.first.data, /"templates": "[0-9a-f]{64}"/, `"templates": "${"0".repeat(64)}"`);
    writtenSo(life, life.first.data);
    return life;
  }

  it("is no edit and no reason to write", () => {
    const life = fromOlder();
    const before = notesOf(life);
    expect(life.record().status).toBe("unchanged");
    expect(notesOf(life)).toEqual(before);
  });

  it("writes over an edited region with --force", () => {
    const life = fromOlder();
    life.edit(life.first.path, "No commands were captured.", "We ran nothing.");
    expect(life.refused(["record", "--yes"])).toMatchObject({ status: 1, code: "region-edited" });
    expect(life.record(["--force"]).status).toBe("written");
    expect(life.markdown()).not.toContain("We ran nothing.");
  });

  it("renders an old record anew with --upgrade, and whenever there is something to write", () => {
    const life = makeLife();
    life.commit("Base", { "a.txt": "1\n" });
    life.write("notes/templates/commands.hbs", "Nothing was run.\n");
    life.commit("One", { "a.txt": "2\n" });
    const first = life.record();
    expect(life.read(first.path)).toContain("Nothing was run.");
    life.write("notes/templates/commands.hbs", "Not a single command.\n");
    expect(life.record().status).toBe("unchanged");
    expect(life.read(first.path)).toContain("Nothing was run.");
    const upgraded = life.record(["--upgrade"]);
    expect(upgraded.status).toBe("written");
    expect(life.read(first.path)).toContain("Not a single command.");
    expect(upgraded.record.generator.templates).not.toBe(first.record.generator.templates);
    expect({ ...upgraded.record, generator: null }).toEqual({ ...first.record, generator: null });
    expect(life.record(["--upgrade"]).status).toBe("unchanged");
    life.write("notes/templates/commands.hbs", "None.\n");
    expect(life.record(["--owner", "@ops"]).status).toBe("written");
    expect(life.read(first.path)).toContain("\nNone.\n");
  });

  it("keeps keys that only a newer one knows, last", () => {
    const life = ship();
    const facts = JSON.parse(life.read(life.first.data)) as object;
    life.write(life.first.data, `${JSON.stringify({ later: { kept: true }, ...facts }, null, 2)}\n`);
    writtenSo(life, life.first.data);
    expect(life.record().status).toBe("unchanged");
    life.record(["--owner", "@ops"]);
    const kept = JSON.parse(life.read(life.first.data)) as Record<string, unknown>;
    expect(Object.keys(kept).at(-1)).toBe("later");
    expect(Object.keys(kept)[0]).toBe("version");
    expect(kept["later"]).toEqual({ kept: true });
  });
});

describe("words", () => {
  it("a quotation of the commits counts as empty: a reason takes its place", () => {
    const life = ship([], "\n\nReaders waited 0.4 s.");
    expect(life.markdown()).toContain("> Readers waited 0.4 s.");
    // From now on the commits are linked; nobody touched the quotation all the same.
    life.git("remote", "add", "origin", "https://github.com/web/articles.git");
    const again = life.record(["--reason", "Readers waited, and left."]);
    expect(lasting(again)).toEqual(lasting(life.first));
    expect(life.markdown()).toContain("## Why\n\nReaders waited, and left.\n\n## Expected result\n");
    expect(life.markdown()).not.toContain("Readers waited 0.4 s.");
    expect(life.record().status).toBe("unchanged");
  });

  it("fill empty sections, each its own", () => {
    const life = ship();
    life.record(["--reason", "It was slow.", "--expected", "`tests failed <= 0`", "--assumptions", "The cache is up.", "--rollback", "Flush the cache first."]);
    const markdown = life.markdown();
    expect(markdown).toContain("## Why\n\nIt was slow.\n\n## Expected result\n\n`tests failed <= 0`\n\nAssumptions: The cache is up.\n\n## What changed\n");
    expect(markdown).toContain("<!-- /shipnote:rollback -->\n\nFlush the cache first.\n\n## Checklist\n");
    expect(markdown).toContain("- [x] write the final note: why, expected result and rollback note are there");
    expect(markdown.match(/Not written down/g)).toHaveLength(1);
    expect(life.record().status).toBe("unchanged");
  });

  it.each([
    ["--reason", "It was slow.", "Somebody asked."],
    ["--expected", "Faster.", "Twice as fast."],
    ["--assumptions", "The cache is up.", "Nobody edits."],
    ["--rollback", "Flush first.", "Call somebody."],
  ])("%s where other text stands is refused; the same text is no change; --force appends", (flag, first, second) => {
    const life = ship([flag, first]);
    const before = notesOf(life);
    expect(life.refused(["record", "--yes", flag, second])).toMatchObject({ status: 1, code: "prose-exists" });
    expect(notesOf(life)).toEqual(before);
    expect(life.record([flag, first]).status).toBe("unchanged");
    const forced = life.record([flag, second, "--force"]);
    expect(forced.status).toBe("written");
    expect(life.markdown()).toMatch(new RegExp(`${first.replace(".", "\\.")}\n\n${second.replace(".", "\\.")}\n`));
    expect(life.record([flag, second, "--force"]).status).toBe("unchanged");
  });

  it("what is refused leaves no half: another flag beside it is not written either", () => {
    const life = ship(["--reason", "It was slow."]);
    const before = notesOf(life);
    expect(life.refused(["record", "--yes", "--reason", "Another.", "--expected", "Faster.", "--title", "T"])).toMatchObject({ code: "prose-exists" });
    expect(notesOf(life)).toEqual(before);
  });
});
