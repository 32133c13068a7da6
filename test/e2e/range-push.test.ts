import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Desk, makeDesk, said } from "./hook-rig.ts";
import { type Life, lifeAt, makeFolder, recordSays, removeAll, type Written } from "./life.ts";

/* One push has one range, whoever records it: the hook, `record` by itself, the command that the hook names, a job. */

afterAll(removeAll);

const change = (desk: Desk, name: string): string => desk.commit(`Add ${name}`, { [`${name}.txt`]: `${name}\n` });

/** What a push moved, and where the ship that it brings begins. */
interface Pushed {
  branch: string;
  before: string;
  from: string;
  to: string;
  answer: ReturnType<Desk["pushing"]>;
}

function forced(desk: Desk): Pushed {
  const from = desk.git("rev-parse", "HEAD");
  const before = change(desk, "b");
  desk.git("push", "-q", "--no-verify");
  desk.git("commit", "-q", "--amend", "-m", "Add b, in other words");
  const to = change(desk, "c");
  return { branch: "main", before, from, to, answer: desk.pushing(["push", "--force"]) };
}

/** A branch that is new, and leaves main where main goes on. */
function branched(desk: Desk): Pushed {
  const from = desk.git("rev-parse", "HEAD");
  desk.git("switch", "-q", "-c", "release/1");
  for (const name of ["b", "c"]) change(desk, name);
  const to = change(desk, "d");
  const answer = desk.pushing(["push", "origin", "release/1"]);
  desk.git("switch", "-q", "main");
  change(desk, "e");
  desk.git("push", "-q", "--no-verify");
  desk.git("switch", "-q", "release/1");
  return { branch: "release/1", before: "0".repeat(40), from, to, answer };
}

function further(desk: Desk): Pushed {
  const before = desk.git("rev-parse", "HEAD");
  change(desk, "b");
  const to = change(desk, "c");
  return { branch: "main", before, from: before, to, answer: desk.pushing(["push"]) };
}

/** A clone as actions/checkout makes it, and `record --fetch` in it as a job of the push runs it. */
function inJob(desk: Desk, { branch, before, to }: Pushed): { clone: Life; record: () => Written } {
  desk.git("--git-dir", desk.remote, "config", "uploadpack.allowAnySHA1InWant", "true");
  const clone = lifeAt(makeFolder());
  clone.git("-c", "init.defaultBranch=x", "init", "-q");
  clone.git("remote", "add", "origin", `file://${desk.remote}`);
  clone.git("fetch", "-q", "--no-tags", "--depth=2", "origin", `+${to}:refs/remotes/origin/${branch}`);
  clone.git("checkout", "-q", "-B", branch, `refs/remotes/origin/${branch}`);
  const event = join(makeFolder(), "event.json");
  writeFileSync(event, JSON.stringify({ ref: `refs/heads/${branch}`, before, after: to }));
  const env = { CI: "true", GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "push", GITHUB_SHA: to, GITHUB_REF: `refs/heads/${branch}`, GITHUB_REF_NAME: branch, GITHUB_EVENT_PATH: event };
  return { clone, record: () => clone.record(["--fetch"], { env }) };
}

describe("a push", () => {
  it.each<[what: string, push: (desk: Desk) => Pushed, inJob: string]>([
    ["of two commits", further, "ci"],
    ["by force, of two commits in place of one", forced, "ci"],
    ["of a new branch", branched, "upstream"],
  ])("%s has one range by the hook, by the command that it names, by record and by a job", (_, push, source) => {
    const desk = makeDesk({ config: { branches: ["main", "release/*"] } });
    const pushed = push(desk);
    const { from, to } = pushed;
    const own = desk.git("rev-list", `${from}..${to}`).split("\n").sort();
    const named = /To record: shipnote record (.*)$/.exec(said(pushed.answer).at(-1) ?? "")?.[1]?.split(" ") ?? [];
    expect(named.slice(-2)).toEqual(["--to", to.slice(0, 12)]);
    for (const written of [desk.record(["--dry-run"]), desk.record(["--dry-run", ...named]), desk.record(["--dry-run", "--to", to]), desk.record(named)]) {
      expect(written.record).toMatchObject({ range: { from, to, source: "push" }, shippedAtSource: "push" });
      expect(recordSays(written).commits).toEqual(own);
    }
    const written = inJob(desk, pushed).record();
    expect(written.record.range).toMatchObject({ from, to, source });
    expect(recordSays(written).commits).toEqual(own);
  });

  it("is taken to the letter of its flags where they are forced, or say something else", () => {
    const desk = makeDesk();
    const { from, to } = further(desk);
    const middle = desk.git("rev-parse", "HEAD~1");
    expect(desk.record(["--dry-run", "--force", "--from", from, "--to", to]).record.range).toMatchObject({ from, to, source: "flag" });
    expect(desk.record(["--dry-run", "--from", middle, "--to", to]).record.range).toMatchObject({ from: middle, to, source: "flag" });
  });
});

describe("a job for a new branch", () => {
  /** Work on main before a branch leaves it, and so many commits on both after that. */
  function apart(shared: number, own: number): { desk: Desk; pushed: Pushed } {
    const desk = makeDesk({ config: { branches: ["main", "release/*"] }, install: null });
    const many = (name: string, count: number): void => {
      for (let at = 0; at < count; at += 1) desk.git("commit", "-q", "--allow-empty", "-m", `${name} ${at}`);
    };
    many("shared", shared);
    const from = desk.git("rev-parse", "HEAD");
    desk.git("switch", "-q", "-c", "release/1");
    many("own", own);
    const to = change(desk, "own");
    desk.git("switch", "-q", "main");
    many("main's", own * 2);
    desk.git("push", "-q", "--all");
    return { desk, pushed: { branch: "release/1", before: "0".repeat(40), from, to, answer: { status: 0, signal: null, stdout: "", stderr: "" } } };
  }

  it("fetches both until they meet, and not all that is below", () => {
    const { desk, pushed } = apart(500, 120);
    const { clone, record } = inJob(desk, pushed);
    expect(record().record).toMatchObject({ range: { from: pushed.from, to: pushed.to, source: "upstream" }, counts: { commits: 121 }, notes: [{ code: "since-fork" }] });
    expect(clone.git("symbolic-ref", "refs/remotes/origin/HEAD")).toBe("refs/remotes/origin/main");
    expect(clone.git("rev-parse", "--is-shallow-repository")).toBe("true");
    expect(record().status).toBe("unchanged");
  });

  it("is told where a shallow clone has main, and ends before the two meet", () => {
    const { desk, pushed } = apart(200, 120);
    const { clone } = inJob(desk, pushed);
    clone.git("fetch", "-q", "--depth=110", "origin", "+refs/heads/main:refs/remotes/origin/main", "+refs/heads/release/1:refs/remotes/origin/release/1");
    expect(clone.refused(["record", "--yes"])).toMatchObject({ status: 3, code: "history-missing", message: expect.stringContaining("where main and") });
  });
});
