import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Desk, deskAt, makeDesk, run, said } from "./hook-rig.ts";
import { makeFolder, removeAll } from "./life.ts";

/* Which remote's branches ship, and what is said of what leaves. */

afterAll(removeAll);

/** A second bare repository, as a remote. */
function addRemote(desk: Desk, name: string): string {
  const path = join(makeFolder(), `${name}.git`);
  run("/", ["git", "-c", "init.defaultBranch=main", "init", "-q", "--bare", path]);
  desk.git("remote", "add", name, path);
  return path;
}

const asked = [expect.stringMatching(/^shipnote: 1 commit reached production and is not recorded yet/)];

describe("the remote that ships", () => {
  it("is the one that the branch follows: a fork takes nothing live, and nothing back", () => {
    const desk = makeDesk();
    addRemote(desk, "fork");
    const from = desk.git("rev-parse", "HEAD");
    desk.commit("one", { "a.txt": "one\n" });
    expect(desk.call(["hook", "status"]).stdout).toContain("\nPushes to origin ship; to fork only those to a branch that one here of the same name follows.\n");
    expect(said(desk.pushing(["push", "fork", "main"]))).toEqual([]);
    expect(said(desk.pushing(["push"]))).toEqual(asked);
    desk.record();
    expect(said(desk.pushing(["push", "--force", "fork", `${from}:refs/heads/main`]))).toEqual([]);
    expect(desk.postponed()).toEqual([]);
  });

  it("may be another than origin, which is one's own fork then; other ship branches and tags go with main", () => {
    const desk = makeDesk({ config: { environments: { staging: { branches: ["main"] }, production: { branches: ["release/*"], tags: ["v*"] } } } });
    const upstream = addRemote(desk, "upstream");
    desk.git("push", "-q", "--no-verify", "upstream", "main", "main:release/1");
    desk.git("branch", "-q", "--set-upstream-to", "upstream/main");
    desk.commit("one", { "a.txt": "one\n" });
    desk.git("tag", "v1");
    expect(said(desk.pushing(["push", "origin", "main", "main:release/1", "v1"]))).toEqual([]);
    expect(said(desk.pushing(["push", "upstream", "main:release/1"]))).toEqual(asked);
    expect(said(desk.pushing(["push", upstream, "v1"]))).toEqual(["shipnote: v1 ships to production. Once it is there: shipnote record --to v1"]);
    expect(desk.postponed()).toMatchObject([{ environment: "production" }]);
  });

  it("is the only one where the branch follows none, whatever its name", () => {
    const desk = makeDesk({ origin: "hub" });
    desk.git("branch", "--unset-upstream");
    desk.commit("one", { "a.txt": "one\n" });
    expect(said(desk.pushing(["push", "hub", "main"]))).toEqual(asked);
  });

  it("is asked for in a pull as well: a branch that follows a fork's main has not shipped", () => {
    const desk = makeDesk();
    const fork = addRemote(desk, "fork");
    desk.git("push", "-q", "fork", "main");
    const folder = join(makeFolder(), "clone");
    run("/", ["git", "clone", "-q", fork, folder]);
    const other = deskAt(folder, fork);
    other.git("config", "user.email", "ada@example.org");
    other.commit("one", { "a.txt": "one\n" });
    other.git("push", "-q");
    desk.git("checkout", "-q", "-b", "try", "--no-track");
    desk.git("fetch", "-q", "fork");
    desk.git("branch", "-q", "--set-upstream-to", "fork/main");
    expect(said(desk.pushing(["pull", "--no-rebase"]))).toEqual([]);
    expect(desk.git("rev-parse", "HEAD")).toBe(other.git("rev-parse", "HEAD"));
    expect(desk.postponed()).toEqual([]);
  });
});

describe("verify", () => {
  it("misses no record of what a fork alone has", () => {
    const desk = makeDesk();
    addRemote(desk, "fork");
    desk.commit("one", { "a.txt": "one\n" });
    desk.pushing(["push"]);
    desk.record();
    desk.commitNotes();
    desk.git("push", "-q");
    const before = desk.call(["verify", "--json"]).stdout;
    desk.git("checkout", "-q", "-b", "try");
    desk.commit("two", { "a.txt": "two\n" });
    desk.pushing(["push", "fork", "try:main"]);
    desk.git("checkout", "-q", "main");
    expect(desk.call(["verify", "--json"]).stdout).toBe(before);
    desk.git("push", "-q", "origin", "try:main");
    expect(desk.call(["verify", "--json"]).stdout).not.toBe(before);
  });
});

describe("what is said of a tag", () => {
  const environments = { production: { branches: ["main"], tags: ["v*"] } };

  it.each(["v1;touch${IFS}PWNED", "v2$(touch${IFS}PWNED)", "v4'(b)", "v5`touch${IFS}PWNED`", "v6&touch${IFS}PWNED", "v7|sh", "v8#x", "v9\u202egpj"])("is harmless to paste: %s", (tag) => {
    const desk = makeDesk({ config: { environments } });
    desk.git("tag", tag);
    const [line = ""] = said(desk.pushing(["push", "origin", tag]));
    const command = line.slice(line.indexOf("shipnote record"));
    expect(command).toBe(`shipnote record --to ${desk.git("rev-parse", "HEAD").slice(0, 12)}`);
    run(desk.directory, ["bash", "-c", `shipnote() { :; }; ${command}`]);
    expect(existsSync(join(desk.directory, "PWNED"))).toBe(false);
  });

  it("that is annotated may be pasted by the tag's own id", () => {
    const desk = makeDesk({ config: { environments } });
    desk.commit("one", { "a.txt": "one\n" });
    desk.git("tag", "-a", "-m", "One", "v1$HOME");
    const [line = ""] = said(desk.pushing(["push", "origin", "v1$HOME"]));
    expect(desk.record(line.slice(line.indexOf("--to")).split(" ")).record).toMatchObject({ range: { to: desk.git("rev-parse", "HEAD") } });
  });

  it("is one command for each component whose tag it is, and needs no environments", () => {
    const components = { api: { paths: ["api/**"], tags: "rel-*" }, web: { paths: ["web/**"], tags: "rel-*" }, docs: { paths: ["docs/**"] } };
    const desk = makeDesk({ config: { components } });
    desk.git("tag", "rel-1");
    desk.git("tag", "v1");
    const lines = ["api", "web"].map((name) => `shipnote: rel-1 ships to production (${name}). Once it is there: shipnote record --to rel-1 --component ${name}`);
    expect(said(desk.pushing(["push", "--tags"]))).toEqual(lines);
    desk.write("shipnote.config.json", JSON.stringify({ components, environments: { staging: { tags: ["rel-*"] } } }));
    desk.git("tag", "rel-2");
    expect(said(desk.pushing(["push", "origin", "rel-2"]))[0]).toBe("shipnote: rel-2 ships to staging (api). Once it is there: shipnote record --to rel-2 --env staging --component api");
  });
});
