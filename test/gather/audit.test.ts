import { execFileSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { readNamedCommits } from "../../src/gather/audit-commits.ts";
import { readNetDiffs } from "../../src/gather/audit-files.ts";
import { readHistory } from "../../src/gather/audit-history.ts";
import { objectIds } from "../../src/gather/audit-objects.ts";
import { patchIdsOf } from "../../src/gather/audit-patches.ts";
import { readCommits, recordedCommit } from "../../src/gather/commits.ts";
import { readFiles } from "../../src/gather/files.ts";
import { patchIdOf } from "../../src/gather/history.ts";
import { treeWithoutNotes } from "../../src/gather/range-trees.ts";
import { openRepository } from "../../src/git/repository.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";
import { type Fixture, fixtureEnvironment, makeRepository } from "../git-fixture.ts";

/* What is asked for many ships at once must be what was asked for each by itself. */

const notes = notesPaths("notes");
const made: Fixture[] = [];
afterAll(() => {
  for (const repository of made.splice(0)) repository.remove();
});

function fixture(...initArgs: string[]): Fixture {
  const repository = makeRepository(...initArgs);
  made.push(repository);
  return repository;
}

/** A history of merges within merges, by fast-import: each commit has one to three parents among those before. */
function tangled(count: number): Fixture {
  const repository = fixture();
  let seed = 11;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const lines: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    lines.push("commit refs/heads/main", `mark :${number}`, `committer A <a@example.org> ${1_700_000_000 + number * 60 + random(60)} +0000`, "data 1", "x");
    const parents = new Set(Array.from({ length: number === 1 ? 0 : 1 + random(3) }, () => Math.max(1, number - 1 - random(12))));
    [...parents].forEach((parent, place) => lines.push(`${place === 0 ? "from" : "merge"} :${parent}`));
    lines.push(`M 100644 inline f${number % 7}`, `data ${String(number).length}`, String(number));
  }
  execFileSync("git", ["fast-import", "--quiet", "--force"], { cwd: repository.directory, input: `${lines.join("\n")}\n`, env: fixtureEnvironment(1_700_000_000) });
  return repository;
}

describe("the history in memory", () => {
  it("has between two commits what git has", async () => {
    const { directory, git } = tangled(300);
    const repository = await openRepository(directory, { named: true });
    const all = git("rev-list", "main").split("\n");
    const history = await readHistory(repository, ["0".repeat(40), all[0] ?? ""]);
    const pairs = Array.from({ length: 60 }, (_, at) => [all[(at * 37) % all.length] ?? "", all[(at * 53 + 11) % all.length] ?? ""] as const);
    for (const [from, to] of pairs) {
      expect([...history.between(from, to)].sort(), `${from}..${to}`).toEqual(git("rev-list", `${from}..${to}`).split("\n").filter(Boolean).sort());
    }
    const [, to = ""] = pairs[0] ?? [];
    expect([...history.between(null, to)].sort()).toEqual(git("rev-list", to).split("\n").sort());
    const reached = history.reachedFrom([to]);
    expect(all.filter(reached).sort()).toEqual(git("rev-list", to).split("\n").sort());
    expect(history.has("0".repeat(40))).toBe(false);
    expect(history.parents(to)).toEqual(git("rev-list", "--parents", "-1", to).split(" ").slice(1));
  });
});

/** Ships of every kind of change. */
function ships(repository: Fixture): { from: string | null; to: string }[] {
  const text = (lines: number, word: string): string => Array.from({ length: lines }, (_, line) => `${word} ${line}\n`).join("");
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 123456\n`;
  const commits = [
    repository.commit("First", { "a.ts": text(20, "a"), "b.ts": text(20, "b"), "ä \"tab\t\".md": "x\n", ".mailmap": "Ada O <ada@example.org>\n" }),
    repository.commit("Rename, copy", { "a.ts": null, "moved.ts": text(20, "a"), "b.ts": text(21, "b"), "copy.ts": text(20, "b") }),
    repository.commit("Binary and pointer", { "pic.bin": new Uint8Array([0, 1, 2, 0]), "film.dat": pointer, "notes/2026/2026-11-24-x.md": "x", "notes/2026/2026-11-24-x/record.json": "{}" }),
    repository.commit("Nothing"),
    repository.commit("Other name\n\nCo-authored-by: Bo <bo@example.org>", { "pic.bin": new Uint8Array([0, 1, 2, 0, 5]), "film.dat": pointer.replace("123456", "99"), ".mailmap": "Ada Osei-Q <ada@example.org>\nBo Lind <bo@example.org>\n" }),
    repository.commit("Notes alone", { "notes/2026/2026-11-24-y.md": "y", "notes/README.md": "r" }),
    repository.commit("Gone", { "b.ts": null, "pic.bin": null, "notes/guides/g.md": "a guide\n" }),
  ];
  return [
    { from: null, to: commits[0] ?? "" },
    ...commits.slice(1).map((to, at) => ({ from: commits[at] ?? "", to })),
    { from: commits[0] ?? "", to: commits.at(-1) ?? "" },
    // Back again, and the same beginning twice.
    { from: commits.at(-1) ?? "", to: commits[0] ?? "" },
    { from: commits[1] ?? "", to: commits[4] ?? "" },
  ];
}

describe.each([[[]], [["--object-format=sha256"]]])("many ships at once (%j)", (initArgs) => {
  it("have the files, patches, commits and trees that each has by itself", async () => {
    const directory = fixture(...initArgs);
    const spans = ships(directory);
    const repository = await openRepository(directory.directory, { named: true });
    const tree = (commit: string): string => `${commit}^{tree}`;
    const trees = await objectIds(repository, spans.flatMap(({ from, to }) => [to, ...(from === null ? [] : [from])]).map(tree));
    const empty = directory.git("hash-object", "-t", "tree", "/dev/null");
    const pairs = spans.map(({ from, to }) => ({ before: from === null ? empty : (trees?.get(tree(from)) ?? ""), after: trees?.get(tree(to)) ?? "" }));
    for (const component of [null, { name: "c", paths: ["moved.ts", "*.dat", "b.ts"] }]) {
      const diffs = await readNetDiffs(repository, pairs, { notes, component, bare: false });
      const each = await Promise.all(spans.map((span) => readFiles(repository, span, { notes, component })));
      expect(diffs.map(({ files }) => files)).toEqual(each.map(({ files }) => files));
    }
    expect(await patchIdsOf(repository, pairs, notes)).toEqual(await Promise.all(spans.map(async (span) => (await patchIdOf(repository, span, notes)).patchId)));
    const forward = spans.filter(({ from, to }) => from === null || directory.git("rev-list", "--count", `${from}..${to}`) !== "0");
    const whole = await Promise.all(forward.map((span) => readCommits(repository, span, { notes, component: null })));
    const mailmaps = await objectIds(repository, forward.map(({ to }) => `${to}:.mailmap`));
    const named = await readNamedCommits(
      repository,
      whole.map(({ commits }, at) => ({ commits: commits.map(({ sha }) => sha), mailmapAt: forward[at]?.to ?? "" })),
      new Map(forward.map(({ to }) => [to, mailmaps?.get(`${to}:.mailmap`) ?? null])),
    );
    for (const [at, { commits }] of whole.entries()) {
      for (const commit of commits) {
        const { sha, subject, author, date, committer, committedAt, parents, trailers, reverts, coAuthors } = named[at]?.commits.get(commit.sha) ?? { sha: "" };
        expect({ sha, subject, author, date, committer, committedAt, parents, trailers, reverts }).toEqual(recordedCommit(commit));
        expect(coAuthors).toEqual(commit.coAuthors);
      }
    }
    const [guess, exact] = [treeWithoutNotes(repository, notes, (folder) => /^notes\/\d{4}$/.test(folder)), treeWithoutNotes(repository, notes)];
    expect(await Promise.all(spans.map(({ to }) => guess(to)))).toEqual(await Promise.all(spans.map(({ to }) => exact(to))));
  });
});
