import { afterAll, describe, expect, it } from "vitest";
import { gitSays, makeLife, recordSays, removeAll } from "./life.ts";

afterAll(removeAll);

describe("where a ship begins", () => {
  it("takes the newest commit alone where nothing else says, and says that", () => {
    const life = makeLife();
    const one = life.commit("One", { "a.txt": "a\n" });
    const two = life.commit("Two", { "b.txt": "b\n" });
    const { record, path, data, status } = life.record();
    expect(status).toBe("written");
    expect([path, data]).toEqual(["notes/2024/2024-03-04-two.md", "notes/2024/2024-03-04-two/record.json"]);
    expect(record.range).toMatchObject({ from: one, to: two, source: "first", toTree: life.git("rev-parse", "HEAD^{tree}") });
    expect(record.notes.map(({ code }) => code)).toEqual(["only-newest-commit"]);
    expect(life.read(path)).toContain("Only the newest commit is recorded");
    expect(JSON.parse(life.read(data))).toEqual(record);
  });

  it("takes a root commit from the beginning of history, without that caveat", () => {
    const life = makeLife();
    const root = life.commit("Root", { "a.txt": "a\n", "b.txt": "b\n" });
    const written = life.record();
    expect(written.record.range).toMatchObject({ from: null, to: root, source: "first" });
    expect(written.record.notes).toEqual([]);
    expect(recordSays(written)).toEqual({ commits: [root], files: ["a.txt", "b.txt"] });
  });

  it("at the tag, at the upstream branch, at the previous record, at the flag: each beats the one before", () => {
    const life = makeLife();
    const a = life.commit("A", { "a.txt": "1\n" });
    life.git("tag", "v1");
    const b = life.commit("B", { "b.txt": "1\n" });
    const c = life.commit("C", { "c.txt": "1\n" });
    const tagged = JSON.parse(life.call(["record", "--yes", "--json", "--dry-run"]).stdout);
    expect(tagged.record.range).toMatchObject({ from: a, to: c, source: "tag" });
    life.git("update-ref", "refs/remotes/origin/main", b);
    life.git("config", "remote.origin.url", "https://git.example.org/web/app.git");
    life.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
    life.git("config", "branch.main.remote", "origin");
    life.git("config", "branch.main.merge", "refs/heads/main");
    const first = life.record();
    expect(first.record.range).toMatchObject({ from: b, to: c, source: "upstream" });
    expect(recordSays(first)).toEqual(gitSays(life, b, c));
    const n = life.commitNotes();
    const d = life.commit("D", { "d.txt": "1\n" });
    const e = life.commit("E", { "d.txt": null, "e.txt": "1\n" });
    const next = life.record();
    expect(next.record.range).toMatchObject({ from: c, to: e, source: "previous-record" });
    expect(recordSays(next)).toEqual({ commits: [d, e].sort(), files: ["e.txt"] });
    expect(gitSays(life, c, e)).toEqual({ commits: [d, e, n].sort(), files: ["e.txt"] });
    life.commitNotes();
    const f = life.commit("F", { "f.txt": "1\n" });
    const flagged = life.record(["--from", d, "--to", f, "--force"]);
    expect(flagged.record.range).toMatchObject({ from: d, to: f, source: "flag" });
  });

  it("the tags of an environment or a component alone, where they are configured", () => {
    const life = makeLife();
    life.commit("A", { "services/api/a.py": "1\n", "shipnote.config.yaml": [
      "environments:", "  staging: { branches: [main] }", '  production: { branches: [main], tags: ["v*", "release-*"] }',
      "components:", '  api: { paths: ["services/api/**"], tags: "api-v*" }', "",
    ].join("\n") });
    life.git("tag", "api-v1");
    const a = life.git("rev-parse", "HEAD");
    life.commit("B", { "services/api/b.py": "1\n" });
    life.git("tag", "v1");
    const b = life.git("rev-parse", "HEAD");
    life.commit("C", { "c.py": "1\n" });
    life.git("tag", "release-2");
    const c = life.git("rev-parse", "HEAD");
    life.commit("D", { "services/api/d.py": "1\n" });
    life.git("tag", "nightly");
    life.commit("E", { "services/api/e.py": "1\n" });
    const range = (...args: string[]) => JSON.parse(life.call(["record", "--yes", "--json", "--dry-run", ...args]).stdout).record.range;
    expect(range()).toMatchObject({ from: c, source: "tag" });
    expect(range("--component", "api")).toMatchObject({ from: a, source: "tag" });
    expect(range("--env", "staging").from).toBe(life.git("rev-parse", "nightly"));
    expect(b).not.toBe(c);
  });

  it("an overlapping range is refused by name, an equal one is the same ship, a --from elsewhere is none", () => {
    const life = makeLife();
    const a = life.commit("A", { "a.txt": "1\n" });
    const b = life.commit("B", { "b.txt": "1\n" });
    const c = life.commit("C", { "c.txt": "1\n" });
    life.git("switch", "-q", "-c", "side", a);
    life.commit("S", { "s.txt": "1\n" });
    life.git("switch", "-q", "main");
    expect(life.refused(["record", "--yes", "--from", "side"])).toMatchObject({ status: 2, code: "range-diverged" });
    expect(life.refused(["record", "--yes", "--from", "v9"])).toMatchObject({ status: 2, code: "revision-unknown" });
    const first = life.record(["--from", a]);
    expect(life.record(["--from", a]).status).toBe("unchanged");
    expect(life.refused(["record", "--yes", "--from", b])).toMatchObject({ status: 2, code: "range-overlaps", message: expect.stringContaining(first.id) });
    expect(life.refused(["record", "--yes", "--from", a, "--to", b])).toMatchObject({ status: 2, code: "range-overlaps" });
    const forced = life.record(["--from", b, "--force"]);
    expect(forced.id).toBe("2024-03-04-c");
    expect(forced.record.range).toMatchObject({ from: b, to: c });
  });
});

describe("lines", () => {
  it("an environment's ships know nothing of another's; the same `to` in a second one is a promotion", () => {
    const life = makeLife();
    const a = life.commit("A", { "a.txt": "1\n" });
    const b = life.commit("B", { "b.txt": "1\n" });
    expect(life.call(["run", "--as", "migrate", "--env", "staging", "--", "sh", "-c", "exit 0"]).status).toBe(0);
    expect(life.call(["run", "--as", "deploy", "--env", "staging", "--", "true"]).status).toBe(0);
    const staged = life.record(["--env", "staging"]);
    expect(staged.record).toMatchObject({ direction: "forward", promotion: null, range: { from: a, to: b } });
    life.commitNotes();
    expect(life.call(["run", "--as", "deploy", "--env", "production", "--", "true"]).status).toBe(0);
    expect(life.call(["run", "--as", "verify", "--env", "production", "--", "test", "1"]).status).toBe(0);
    const promoted = life.record(["--env", "production", "--from", a]);
    expect(promoted.record).toMatchObject({
      direction: "promotion", environment: "production", range: { from: a, to: b },
      promotion: { from: staged.id, missing: ["sh -c 'exit 0'"], additional: ["test 1"] },
    });
    expect(promoted.id).not.toBe(staged.id);
    const markdown = life.read(promoted.path);
    expect(markdown).toContain(`[${staged.id}]`);
    expect(markdown).toContain("- `sh -c 'exit 0'`");
    // Brought up to date once the migration ran here as well.
    expect(life.call(["run", "--as", "migrate", "--env", "production", "--", "sh", "-c", "exit 0"]).status).toBe(0);
    const again = life.record(["--env", "production"]);
    expect(again).toMatchObject({ status: "written", id: promoted.id, record: { promotion: { missing: [], additional: ["test 1"] } } });
  });

  it("a promotion ships now, not when its commit was made", () => {
    const life = makeLife();
    life.commit("A", { "a.txt": "1\n" });
    life.record(["--env", "staging"]);
    const before = new Date().toISOString().slice(0, 19);
    const { record } = life.record(["--env", "production"]);
    expect(record.shippedAtSource).toBe("now");
    expect(record.shippedAt.slice(0, 19) >= before).toBe(true);
    expect(life.record(["--env", "production"])).toMatchObject({ status: "unchanged", record: { shippedAt: record.shippedAt } });
  });

  it("a component has the commits and files under its paths, a merge where it differs from its first parent there", () => {
    const life = makeLife();
    life.write("shipnote.config.yaml", 'components:\n  api: { paths: ["services/api/**"], owner: "@api-team" }\n  web: { paths: ["web/**"] }\n');
    const start = life.commit("Start", { "services/api/a.py": "1\n", "web/a.js": "1\n" });
    const api = life.commit("Api only", { "services/api/a.py": "2\n" });
    const web = life.commit("Web only", { "web/a.js": "2\n" });
    const both = life.commit("Both", { "services/api/b.py": "1\n", "web/b.js": "1\n" });
    life.git("switch", "-q", "-c", "topic");
    const topic = life.commit("Topic", { "web/c.js": "1\n" });
    life.git("switch", "-q", "main");
    life.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic");
    const merge = life.git("rev-parse", "HEAD");
    const ofApi = life.record(["--component", "api", "--from", start]);
    expect(recordSays(ofApi)).toEqual({ commits: [api, both].sort(), files: ["services/api/a.py", "services/api/b.py"] });
    expect(ofApi.record).toMatchObject({ component: "api", owner: { name: "@api-team", source: "config" } });
    const ofWeb = life.record(["--component", "web", "--from", start]);
    expect(recordSays(ofWeb)).toEqual({ commits: [web, both, topic, merge].sort(), files: ["web/a.js", "web/b.js", "web/c.js"] });
    expect(new Set([ofApi.id, ofWeb.id]).size).toBe(2);
    expect(life.record(["--component", "web"]).status).toBe("unchanged");
    expect(life.refused(["record", "--yes", "--component", "mobile"])).toMatchObject({ status: 2, code: "value-invalid" });
  });

  it("a component that the newest commits do not touch has nothing to record", () => {
    const life = makeLife();
    life.write("shipnote.config.yaml", 'components:\n  api: { paths: ["services/api/**"] }\n');
    life.commit("Api", { "services/api/a.py": "1\n" });
    life.record(["--component", "api"]);
    life.commitNotes();
    life.commit("Web", { "web/a.js": "1\n" });
    expect(life.record(["--component", "api"]).status).toBe("nothing");
  });
});

describe("rollbacks", () => {
  it("takes away what was live, names the ship undone, and shipping it again is a ship of its own", () => {
    const life = makeLife();
    const a = life.commit("A", { "a.txt": "1\n" });
    const b = life.commit("B", { "b.txt": "1\n", "a.txt": "2\n" });
    const c = life.commit("C", { "c.txt": "1\n" });
    const shipped = life.record(["--from", a, "--title", "Second thoughts"]);
    life.commitNotes();
    const back = life.record(["--to", a]);
    expect(back.record).toMatchObject({ direction: "rollback", remediates: shipped.id, range: { from: c, to: a }, shippedAtSource: "now" });
    expect(recordSays(back)).toEqual({ commits: [b, c].sort(), files: ["a.txt", "b.txt", "c.txt"] });
    expect(back.record.files.map(({ path, status }) => `${status} ${path}`)).toEqual(["modified a.txt", "deleted b.txt", "deleted c.txt"]);
    expect(life.read(back.path)).toContain(`](../2024/${shipped.id}.md)`);
    expect(life.record(["--to", a])).toMatchObject({ status: "unchanged", id: back.id });
    life.commitNotes();
    const again = life.record();
    expect(again.record).toMatchObject({ direction: "forward", remediates: null, range: { from: a, to: c, source: "previous-record" } });
    expect([shipped.id, back.id]).not.toContain(again.id);
    expect(recordSays(again)).toEqual({ commits: [b, c].sort(), files: ["a.txt", "b.txt", "c.txt"] });
    expect(life.record()).toMatchObject({ status: "unchanged", id: again.id });
  });

  it("a forward ship that reverts an earlier one says which it remediates", () => {
    const life = makeLife();
    life.commit("A", { "a.txt": "1\n" });
    const b = life.commit("B", { "b.txt": "1\n" });
    const shipped = life.record();
    life.commitNotes();
    life.git("revert", "--no-edit", b);
    const { record } = life.record();
    expect(record).toMatchObject({ direction: "forward", remediates: shipped.id });
    expect(record.commits[0]?.reverts).toBe(b);
  });

  it("is never guessed from a checkout", () => {
    const life = makeLife();
    const a = life.commit("A", { "a.txt": "1\n" });
    life.commit("B", { "b.txt": "1\n" });
    life.record();
    life.git("checkout", "-q", a);
    expect(life.refused(["record", "--yes"])).toMatchObject({ status: 2, code: "range-overlaps", expected: expect.stringContaining("--to") });
  });
});

describe("ships without commits", () => {
  it("the same line, title and day is the same ship; another title, line or day is another", () => {
    const life = makeLife();
    life.commit("A", { "a.txt": "1\n" });
    const on = life.record(["--no-range", "--title", "Turn search on"]);
    expect(on.record).toMatchObject({ range: null, commits: [], files: [], shippedAtSource: "now", rollback: { strategy: "none", commands: [] } });
    expect(on.id).toBe(`${on.record.shippedAt.slice(0, 10)}-turn-search-on`);
    const reasoned = life.record(["--no-range", "--title", "Turn search on", "--reason", "Everybody asked."]);
    expect(reasoned).toMatchObject({ status: "written", id: on.id, record: { recordedAt: on.record.recordedAt } });
    expect(life.record(["--no-range", "--title", "Turn search on"]).status).toBe("unchanged");
    expect(life.record(["--no-range", "--title", "Turn search off"]).id).not.toBe(on.id);
    expect(life.record(["--no-range", "--title", "Turn search on", "--env", "staging"]).id).toBe(`${on.id}-2`);
    const earlier = life.record(["--no-range", "--title", "Mend the rows", "--at", "2024-02-29T10:00:00Z"]);
    expect(earlier.id).toBe("2024-02-29-mend-the-rows");
    expect(life.record(["--no-range", "--title", "Mend the rows", "--at", "2024-02-29T23:00:00+01:00"])).toMatchObject({
      id: earlier.id, status: "written", record: { shippedAt: "2024-02-29T22:00:00Z", shippedAtSource: "flag" },
    });
    expect(life.record(["--no-range", "--title", "Mend the rows", "--at", "2024-03-01T00:00:00Z"]).id).toBe("2024-03-01-mend-the-rows");
  });

  it("does not begin the next ship with commits", () => {
    const life = makeLife();
    const a = life.commit("A", { "a.txt": "1\n" });
    life.record();
    life.record(["--no-range", "--title", "Turn search on"]);
    const b = life.commit("B", { "b.txt": "1\n" });
    expect(life.record().record.range).toMatchObject({ from: a, to: b, source: "previous-record" });
  });

  it.each([
    [["--no-range"], "usage"],
    [["--no-range", "--title", "T", "--from", "HEAD"], "usage"],
    [["--no-range", "--title", "  "], "value-invalid"],
  ] as const)("refuses %j", (args, code) => {
    const life = makeLife();
    life.commit("A", { "a.txt": "1\n" });
    expect(life.refused(["record", "--yes", ...args])).toMatchObject({ status: 2, code });
    expect(life.has("notes")).toBe(false);
  });
});
