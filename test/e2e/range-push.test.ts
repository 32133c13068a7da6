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
  it.each<[what: string, push: (desk: Desk) => Pushed, sources: { push: string; ci: string }]>([
    ["of two commits", further, { push: "push", ci: "ci" }],
    ["by force, of two commits in place of one", forced, { push: "push", ci: "ci" }],
  ])("%s has one range by the hook, by the command that it names, by record and by a job", (_, push, sources) => {
    const desk = makeDesk({ config: { branches: ["main", "release/*"] } });
    const pushed = push(desk);
    const { from, to } = pushed;
    const own = desk.git("rev-list", `${from}..${to}`).split("\n").sort();
    const named = /To record: shipnote record (.*)$/.exec(said(pushed.answer).at(-1) ?? "")?.[1]?.split(" ") ?? [];
    expect(named.slice(-2)).toEqual(["--to", to.slice(0, 12)]);
    for (const written of [desk.record(["--dry-run"]), desk.record(["--dry-run", ...named]), desk.record(["--dry-run", "--to", to]), desk.record(named)]) {
      expect(written.record).toMatchObject({ range: { from, to, source: sources.push }, shippedAtSource: "push" });
      expect(recordSays(written).commits).toEqual(own);
    }
    const written = inJob(desk, pushed).record();
    expect(written.record.range).toMatchObject({ from, to, source: sources.ci });
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
