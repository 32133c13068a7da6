import { execFileSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import type { Finding } from "../../src/record/finding.ts";
import { lifeAt, type Life, makeFolder, removeAll, makeLife } from "./life.ts";

/* Histories as honest teams make them: merged, squashed, rebased and fetched. None of them fails. */

afterAll(removeAll);

function verify(life: Life, ...args: string[]): { status: number | null; findings: Finding[]; records: number } {
  const answer = life.call(["verify", "--json", ...args]);
  return { ...(JSON.parse(answer.stdout) as { findings: Finding[]; records: number }), status: answer.status };
}

const whole = { status: 0, findings: [] };

/** A repository whose main was pushed with one recorded ship; with the folder of its remote. */
function pushed(): { life: Life; remote: string } {
  const life = makeLife();
  const remote = makeFolder();
  execFileSync("git", ["init", "-q", "--bare", "-b", "main", remote]);
  life.git("remote", "add", "origin", remote);
  life.commit("Base", { "a.ts": "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "b.ts": "1\n" });
  life.commit("First", { "a.ts": "1\n2\n3\n4\n5\n6\n7\n8\nnine\n" });
  life.record(["--from", "HEAD~1"]);
  life.commitNotes();
  life.git("push", "-q", "-u", "origin", "main");
  life.git("remote", "set-head", "origin", "main");
  expect(verify(life)).toMatchObject({ ...whole, records: 1 });
  return { life, remote };
}

/** A clone that has what its branches reach, and nothing else: as CI makes one. */
function cloned(from: string, ...args: string[]): Life {
  const folder = makeFolder();
  execFileSync("git", ["clone", "-q", ...args, `file://${from}`, folder], { stdio: ["ignore", "pipe", "pipe"] });
  return lifeAt(folder, Date.UTC(2024, 2, 4, 12) / 1000);
}

/** Commits changes on a branch of their own, with their record. @returns the record's id */
function branched(life: Life, branch: string, ...changes: Record<string, string>[]): string {
  life.git("checkout", "-q", "-b", branch);
  for (const [place, files] of changes.entries()) life.commit(`${branch} ${place + 1}`, files);
  const { id } = life.record(["--from", `HEAD~${changes.length}`]);
  life.commitNotes();
  return id;
}

function merged(life: Life, branch: string): void {
  life.git("checkout", "-q", "main");
  life.git("merge", "-q", "--no-ff", "-m", `Merge pull request #5 from o/${branch}`, branch);
}

function squashed(life: Life, branch: string): void {
  life.git("checkout", "-q", "main");
  life.git("merge", "-q", "--squash", branch);
  life.commit(`${branch} (#5)`);
}

const codes = ({ findings }: { findings: readonly Finding[] }): string[] => findings.map(({ code, record }) => `${code} ${record ?? ""}`.trim());

describe("a branch that carries its own record", () => {
  it("is recorded where a merge brings it, whatever main did meanwhile", () => {
    const { life } = pushed();
    branched(life, "feat", { "f.ts": "1\n" }, { "f.ts": "2\n" });
    life.git("checkout", "-q", "main");
    life.commit("Meanwhile", { "b.ts": "2\n" });
    life.record();
    life.commitNotes();
    // The branch takes main in before it goes there.
    life.git("checkout", "-q", "feat");
    life.git("merge", "-q", "-m", "Merge main", "main");
    merged(life, "feat");
    life.git("push", "-q");
    life.git("branch", "-q", "-D", "feat");
    expect(verify(life)).toMatchObject({ ...whole, records: 3 });
    life.commit("Unrecorded", { "b.ts": "3\n" });
    life.git("push", "-q");
    expect(codes(verify(life))).toEqual(["missing"]);
  });

  it("is recorded where main took the branch's place", () => {
    const { life } = pushed();
    life.git("checkout", "-q", "-b", "other");
    life.commit("Other", { "o.ts": "1\n" });
    life.record();
    life.commitNotes();
    life.git("checkout", "-q", "main");
    branched(life, "feat", { "f.ts": "1\n" });
    life.git("merge", "-q", "-m", "Merge other", "other");
    life.git("checkout", "-q", "main");
    life.git("merge", "-q", "--ff-only", "feat");
    life.git("push", "-q");
    expect(verify(life)).toMatchObject(whole);
  });

  it("begins the line where it is the first record", () => {
    const life = makeLife();
    life.commit("Base", { "a.ts": "1\n" });
    branched(life, "feat", { "f.ts": "1\n" });
    life.git("checkout", "-q", "main");
    life.commit("Before anybody asked", { "b.ts": "1\n" });
    merged(life, "feat");
    expect(verify(life)).toMatchObject(whole);
    life.git("checkout", "-q", "-b", "second");
    life.commit("Second", { "s.ts": "1\n" });
    merged(life, "second");
    const { findings } = verify(life);
    expect(findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([expect.stringMatching(/^missing: .* 1 commit of main/)]);
  });

  it.each([
    ["what was added behind its record", (life: Life) => {
      life.commit("Behind", { "f.ts": "3\n" });
      merged(life, "feat");
    }, ""],
    ["what main meanwhile recorded, and something behind its record", (life: Life) => {
      life.commit("Behind", { "f.ts": "3\n" });
      life.git("checkout", "-q", "main");
      life.commit("Meanwhile", { "b.ts": "2\n" });
      life.record();
      life.commitNotes();
      merged(life, "feat");
    }, " --force"],
    ["the resolution of a conflict", (life: Life) => {
      life.git("checkout", "-q", "main");
      life.commit("Meanwhile", { "f.ts": "9\n" });
      life.record();
      life.commitNotes();
      try {
        life.git("merge", "-q", "--no-ff", "-m", "Merge feat", "feat");
      } catch {
        life.commit("Merge feat", { "f.ts": "1 and 9\n" });
      }
    }, " --force"],
  ] as const)("is not all of a merge that brings %s; the command that is offered mends it", (_name, merge, force) => {
    const { life } = pushed();
    branched(life, "feat", { "f.ts": "1\n" });
    merge(life);
    life.git("push", "-q");
    const { status, findings } = verify(life);
    expect({ status, codes: codes({ findings }) }).toEqual({ status: 1, codes: ["missing"] });
    const mend = findings[0]?.mend ?? "";
    expect(mend).toMatch(new RegExp(`--to [0-9a-f]{12}${force}$`));
    expect(life.call([...mend.split(" ").slice(1), "--yes"])).toMatchObject({ status: 0 });
    expect(verify(life)).toMatchObject(whole);
  });
});

describe("a branch whose commits became others", () => {
  const changes = [{ "a.ts": "one\n2\n3\n4\n5\n6\n7\n8\nnine\n" }, { "f.ts": "1\n" }] as const;
  const ways: readonly (readonly [string, (life: Life) => void])[] = [
    ["squashed", (life) => squashed(life, "feat")],
    ["rebased", (life) => {
      life.git("rebase", "-q", "main");
      life.git("checkout", "-q", "main");
      life.git("merge", "-q", "--ff-only", "feat");
    }],
    ["cherry-picked", (life) => {
      life.git("checkout", "-q", "main");
      life.git("cherry-pick", "main..feat");
    }],
  ];

  it.each(ways)("is rewritten where it was %s onto a main that had moved on, here and in a clone that never had them", (_name, land) => {
    const { life, remote } = pushed();
    const id = branched(life, "feat", ...changes);
    life.git("checkout", "-q", "main");
    // The same file, elsewhere: the patch is the same, the file's size is not.
    life.commit("Meanwhile", { "a.ts": "1\n2\n3\n4\n5\n6\n7\n8\n9 and more\n".replace("9", "nine") });
    life.record();
    life.commitNotes();
    life.git("checkout", "-q", "feat");
    land(life);
    life.git("push", "-q");
    const rewritten = { status: 0, findings: [{ code: "rewritten", record: id, mend: `shipnote record --id ${id} --relink` }] };
    // The branch is still there, then at the remote alone, then as this clone saw it last, then nowhere.
    expect(verify(life)).toMatchObject(rewritten);
    life.git("push", "-q", "origin", "feat");
    life.git("branch", "-q", "-D", "feat");
    expect(verify(life)).toMatchObject(rewritten);
    expect(verify(cloned(remote))).toMatchObject(rewritten);
    execFileSync("git", ["branch", "-q", "-D", "feat"], { cwd: remote });
    expect(verify(life)).toMatchObject(rewritten);
    life.git("fetch", "-q", "--prune");
    expect(verify(life)).toMatchObject(rewritten);
    const clone = cloned(remote);
    expect(verify(clone)).toMatchObject(rewritten);
    expect(verify(cloned(remote, "--filter=blob:none"))).toMatchObject({ status: 0 });
    // What the record says still has to follow.
    const facts = `notes/2024/${id}/record.json`;
    clone.edit(facts, /"added": 2/, '"added": 3');
    expect(codes(verify(clone))).toContain(`does-not-follow ${id}`);
  });

  it("hides no ship below it", () => {
    const { life, remote } = pushed();
    life.commit("Unrecorded", { "b.ts": "2\n" });
    life.git("push", "-q");
    const id = branched(life, "feat", { "f.ts": "1\n" });
    squashed(life, "feat");
    life.git("push", "-q");
    life.git("branch", "-q", "-D", "feat");
    expect(codes(verify(life))).toEqual([`rewritten ${id}`, "missing"]);
    expect(codes(verify(cloned(remote)))).toEqual([`rewritten ${id}`, "missing"]);
    life.commit("Unrecorded on top", { "b.ts": "3\n" });
    life.git("push", "-q");
    const { findings } = verify(life);
    expect(codes({ findings })).toEqual([`rewritten ${id}`, "missing", "missing"]);
    // What is on top follows the squashed ship; what is below it, the first.
    expect(findings.slice(1).map(({ path }) => path)).toEqual([`notes/2024/${id}.md`, expect.stringContaining("first")]);
  });

  it("is found however many there are", () => {
    const { life, remote } = pushed();
    const branches = Array.from({ length: 17 }, (_, place) => `feat-${place + 1}`);
    for (const branch of branches) {
      life.git("checkout", "-q", "main");
      branched(life, branch, { [`${branch}.ts`]: "1\n" });
    }
    for (const branch of branches) squashed(life, branch);
    life.git("push", "-q");
    life.git("branch", "-q", "-D", ...branches);
    for (const { status, findings } of [verify(life), verify(cloned(remote))]) {
      expect({ status, count: findings.length, codes: [...new Set(findings.map(({ code }) => code))] }).toEqual({ status: 0, count: 17, codes: ["rewritten"] });
    }
  }, 60_000);

  it("is nothing that is in main already", () => {
    const { life } = pushed();
    // The same patch once more, after it was reverted: a new ship, which needs a record of its own.
    life.git("revert", "--no-edit", "HEAD~1");
    life.record();
    life.commitNotes();
    life.git("revert", "--no-edit", "HEAD~1");
    life.git("push", "-q");
    expect(codes(verify(life))).toEqual(["missing"]);
  });
});

describe("a checkout behind what ships", () => {
  it("counts the records that it does not have yet", () => {
    const { life, remote } = pushed();
    const colleague = cloned(remote);
    colleague.commit("New ship", { "n.ts": "1\n" });
    colleague.git("push", "-q");
    colleague.record();
    colleague.commitNotes();
    colleague.git("push", "-q");
    expect(verify(colleague)).toMatchObject(whole);
    life.git("checkout", "-q", "-b", "topic");
    life.commit("Topic", { "t.ts": "1\n" });
    expect(verify(life)).toMatchObject(whole);
    life.git("fetch", "-q");
    expect(verify(life)).toMatchObject({ ...whole, records: 1 });
    expect(verify(life, "--since", "origin/main")).toMatchObject(whole);
    colleague.git("checkout", "-q", "--detach", "HEAD~2");
    expect(verify(colleague)).toMatchObject(whole);
    // What nobody recorded is told of on a branch as well.
    colleague.git("checkout", "-q", "main");
    colleague.commit("Unrecorded", { "n.ts": "2\n" });
    colleague.git("push", "-q");
    life.git("fetch", "-q");
    expect(codes(verify(life))).toEqual(["missing"]);
  });

  it("knows its own ship by its patch where main has squashed it", () => {
    const { life, remote } = pushed();
    branched(life, "feat", { "f.ts": "1\n" }, { "f.ts": "2\n" });
    life.git("push", "-q", "origin", "feat");
    const colleague = cloned(remote);
    colleague.commit("Meanwhile", { "b.ts": "2\n" });
    colleague.record();
    colleague.commitNotes();
    squashed(colleague, "origin/feat");
    colleague.git("push", "-q");
    life.git("fetch", "-q");
    expect(verify(life)).toMatchObject(whole);
  });
});
