import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readCommits, recordedCommit } from "../../src/gather/commits.ts";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";
import { type Fixture, fixtureEnvironment, makeRepository } from "../git-fixture.ts";

const notes = notesPaths("notes");
const note = { "notes/2026/2026-11-24-a.md": "a", "notes/2026/2026-11-24-a/record.json": "{}" };
const made: Fixture[] = [];

function fixture(...initArgs: string[]): Fixture {
  const repository = makeRepository(...initArgs);
  made.push(repository);
  return repository;
}

afterEach(() => {
  for (const repository of made.splice(0)) repository.remove();
});

async function read(
  { directory }: Fixture,
  from: string | null,
  to: string,
  paths: string[] | null = null,
  change: (repository: Repository) => Repository = (same) => same,
) {
  const repository = change(await openRepository(directory, { named: true }));
  const component = paths === null ? null : { name: "c", paths };
  return readCommits(repository, { from, to }, { notes, component });
}

/** Merges a branch and says the merge's id; `resolve` holds what the merge itself changes. */
function merge(repository: Fixture, branches: string[], message: string, resolve: Record<string, string> = {}): string {
  repository.git("merge", "-q", "--no-ff", "--no-commit", ...branches);
  return repository.commit(message, resolve);
}

describe("readCommits", () => {
  it("reads what a record keeps of a commit, and what the steps behind need", async () => {
    const it = fixture();
    const first = it.commit("First", { a: "1" });
    const message = [
      "Cache lookups", "over two lines", "", "Readers waited.\x01\x02", "", "Closes: #3", "Reviewed-by: Lin",
      " <lin@example.org>", "reviewed-by: Bo", "Co-authored-by: Lin Berg <lin@example.org>",
    ].join("\n");
    const second = it.commit(message, { a: "2" });
    const { commits, caveats } = await read(it, first, second);
    expect(caveats).toEqual([]);
    expect(commits).toHaveLength(1);
    const [commit] = commits;
    expect(commit && recordedCommit(commit)).toEqual({
      sha: second,
      subject: "Cache lookups over two lines",
      author: "Ada Osei",
      date: "2026-11-24T09:01:00Z",
      committer: "Ada Osei",
      committedAt: "2026-11-24T09:01:00Z",
      parents: 1,
      trailers: { "Closes": ["#3"], "Reviewed-by": ["Lin <lin@example.org>", "Bo"], "Co-authored-by": ["Lin Berg <lin@example.org>"] },
      reverts: null,
    });
    expect(commit).toMatchObject({
      parentShas: [first], authorEmail: "ada@example.org", bot: false, touchesNotes: false, mainline: true, foldedWith: null,
      coAuthors: [{ name: "Lin Berg", email: "lin@example.org" }],
    });
    expect(commit?.body).toContain("Readers waited.\x01\x02\n\nCloses: #3\n");
  });

  it("starts at the beginning of history where `from` is null, and reads a message without anything", async () => {
    const it = fixture();
    it.git("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", "");
    const to = it.commit("Second", { a: "1" });
    const { commits } = await read(it, null, to);
    expect(commits.map(({ subject, body, parents, trailers }) => ({ subject, body, parents, trailers }))).toEqual([
      { subject: "Second", body: "", parents: 1, trailers: {} },
      { subject: "", body: "", parents: 0, trailers: {} },
    ]);
  });

  it("lists just what rev-list lists, in its order, over merges and an octopus, whatever the repository is set to", async () => {
    const it = fixture();
    const from = it.commit("Base", { a: "1" });
    for (const branch of ["x", "y", "z"]) {
      it.git("checkout", "-q", "-b", branch, from);
      it.commit(`${branch} one`, { [branch]: "1" });
      it.commit(`${branch} two`, { [branch]: "2" });
    }
    it.git("checkout", "-q", "main");
    it.commit("Meanwhile\n\nCloses: #3\nReviewed-by: Lin", { a: "2", ...note });
    merge(it, ["x"], "Merge x");
    merge(it, ["y", "z"], "Octopus");
    const to = it.commit("Empty");
    const plain = await read(it, from, to);
    const settings = {
      "log.showSignature": "true", "log.follow": "true", "log.diffMerges": "separate", "log.date": "relative", "format.pretty": "oneline",
      "trailer.separators": "=", "i18n.logOutputEncoding": "latin1", "diff.renames": "false", "log.decorate": "full",
    };
    for (const [key, value] of Object.entries(settings)) it.git("config", key, value);
    const { commits } = await read(it, from, to);
    expect(commits).toEqual(plain.commits);
    expect(commits.find(({ subject }) => subject === "Meanwhile")).toMatchObject({
      trailers: { "Closes": ["#3"], "Reviewed-by": ["Lin"] }, touchesNotes: true,
    });
    expect(commits.map(({ sha }) => sha)).toEqual(it.git("rev-list", "--topo-order", `${from}..${to}`).split("\n"));
    expect(commits.find(({ subject }) => subject === "Octopus")?.parents).toBe(3);
    expect(commits.filter(({ mainline }) => mainline).map(({ subject }) => subject)).toEqual(["Empty", "Octopus", "Merge x", "Meanwhile"]);
  });

  it("leaves out a commit that touches notes and nothing else, and keeps empty ones", async () => {
    const it = fixture();
    const from = it.commit("Base", { a: "1" });
    it.commit("Note", note);
    it.commit("Both", { a: "2", "notes/README.md": "i" });
    it.commit("Guide", { "notes/guides/x.md": "g" });
    it.commit("Empty");
    const to = it.commit("Notes gone", { notes: null, "notes/guides/x.md": "g" });
    const { commits } = await read(it, from, to);
    expect(commits.map(({ subject, touchesNotes }) => [subject, touchesNotes])).toEqual([["Empty", false], ["Guide", false], ["Both", true]]);
  });

  it.each([[[2, 39] as const], [[2, 30] as const]])("judges a merge by its first parent (git %j)", async (version) => {
    const it = fixture();
    const base = it.commit("Base", { a: "1" });
    // Merged into the line: a branch of notes only, and a branch of code whose other side has notes.
    it.git("checkout", "-q", "-b", "notes-branch");
    it.commit("Note", note);
    it.git("checkout", "-q", "main");
    const from = it.commit("Work", { a: "2" });
    merge(it, ["notes-branch"], "Merge notes");
    it.git("checkout", "-q", "-b", "code", from);
    it.commit("Code", { b: "1" });
    it.git("checkout", "-q", "main");
    merge(it, ["code"], "Merge code");
    // A merge whose first parent lies before `from`: to it, the notes are new as well.
    it.git("checkout", "-q", "-b", "foxtrot", base);
    merge(it, ["main"], "Foxtrot");
    it.git("checkout", "-q", "-b", "notes-again", base);
    const to = merge(it, ["notes-branch"], "Foxtrot of notes");
    const all = await read(it, from, it.git("rev-parse", "foxtrot"), null, (same) => ({ ...same, version }));
    expect(all.commits.map(({ subject, touchesNotes }) => [subject, touchesNotes]))
      .toEqual([["Foxtrot", true], ["Merge code", false], ["Code", false]]);
    // Seen from `from`, everything here is notes.
    expect((await read(it, from, to, null, (same) => ({ ...same, version }))).commits).toEqual([]);
  });

  it("takes of a component the commits, and the merges, that differ under its paths", async () => {
    const it = fixture();
    const base = it.commit("Base", { "api/a": "1", "web/a": "1" });
    const from = it.commit("Before", { "web/a": "2" });
    it.commit("Api", { "api/a": "2" });
    it.commit("Web", { "web/a": "3" });
    it.git("checkout", "-q", "-b", "side", from);
    it.commit("Side", { "api/docs/b": "1", "web/b": "1" });
    it.git("checkout", "-q", "main");
    merge(it, ["side"], "Merge side");
    it.commit("Api and notes", { "api/a": "3", ...note });
    it.commit("Empty");
    // Its first parent is older than `from`: to it, the whole of the component's change is new.
    it.git("checkout", "-q", "-b", "foxtrot", base);
    const to = merge(it, ["main"], "Foxtrot");
    const subjects = async (...paths: string[]) => (await read(it, from, to, paths)).commits.map(({ subject }) => subject);
    expect(await subjects("api/**")).toEqual(["Foxtrot", "Api and notes", "Merge side", "Side", "Api"]);
    expect(await subjects("api", "!api/docs")).toEqual(["Foxtrot", "Api and notes", "Api"]);
    expect(await subjects("{api/docs,nothing}/*")).toEqual(["Foxtrot", "Merge side", "Side"]);
    expect((await read(it, from, to, ["api"])).commits.map(({ touchesNotes }) => touchesNotes)).toEqual([true, true, false, false, false]);
  });

  it("folds a commit and its revert within the range, by whole and by shortened ids", async () => {
    const it = fixture();
    const from = it.commit("Base", { a: "1" });
    const one = it.commit("One", { a: "2" });
    const two = it.commit("Two", { a: "3" });
    const undoTwo = it.commit(`Revert "Two"\n\nThis reverts commit ${two}.`, { a: "2" });
    const undoOne = it.commit(`Revert "One"\n\nThis reverts commit ${one.slice(0, 10)}.`, { a: "1" });
    const outside = it.commit(`Revert "Base"\n\nThis reverts commit ${from}, reversing\nchanges made to x.`, { a: "0" });
    const to = it.commit("Revert something\n\nThis reverts commit 0123456789.");
    const { commits } = await read(it, from, to);
    expect(commits.map(({ sha, reverts, foldedWith }) => [sha, reverts, foldedWith])).toEqual([
      [to, null, null], [outside, from, null], [undoOne, one, one], [undoTwo, two, two], [two, null, undoTwo], [one, null, undoOne],
    ]);
  });

  it("names people by the .mailmap at `to`, co-authors as well, not by one that lies about", async () => {
    const it = fixture();
    const from = it.commit("Base", { ".mailmap": "Ada Osei <ada@example.org> <ada@old.example>\nLin Berg <lin@example.org> <lin@old.example>\n" });
    const to = it.commit(
      "Work\n\nCo-authored-by: lin <lin@old.example>\nCo-authored-by: Bo <bo@example.org>",
      { a: "1" },
      { name: "ada", email: "ada@old.example" },
    );
    it.write(".mailmap", "Wrong <wrong@example.org> <ada@old.example>\n");
    const { commits: [commit] } = await read(it, from, to);
    expect(commit).toMatchObject({
      author: "Ada Osei", authorEmail: "ada@example.org", committer: "Ada Osei",
      coAuthors: [{ name: "Lin Berg", email: "lin@example.org" }, { name: "Bo", email: "bo@example.org" }],
    });
  });

  it("shows what is no UTF-8 percent-encoded, and says so; what says its encoding is converted", async () => {
    const it = fixture();
    const from = it.commit("Base");
    const commitRaw = (message: Buffer, ...headers: string[]): string => {
      const head = ["tree", "author", "committer"].map((name) =>
        (name === "tree" ? `tree ${it.git("rev-parse", "HEAD^{tree}")}` : `${name} Ada Osei <ada@example.org> 1795000000 +0200`));
      const object = Buffer.concat([Buffer.from([head[0], `parent ${from}`, ...head.slice(1), ...headers, "", ""].join("\n")), message]);
      // git commit itself would guess that this is Latin-1, and convert it.
      return execFileSync("git", ["hash-object", "-t", "commit", "-w", "--stdin"], {
        cwd: it.directory, input: object, env: fixtureEnvironment(0), encoding: "utf8",
      }).trim();
    };
    const latin = Buffer.from("100% caf\xe9", "latin1");
    const converted = commitRaw(latin, "encoding ISO-8859-1");
    expect(await read(it, from, converted)).toMatchObject({ commits: [{ subject: "100% café" }], caveats: [] });
    const raw = commitRaw(latin);
    expect(await read(it, from, raw)).toMatchObject({ commits: [{ subject: "100%25 caf%E9" }], caveats: [{ code: "names-not-utf8" }] });
  });

  it("reads a sha256 repository, replace refs ignored", async () => {
    const it = fixture("--object-format=sha256");
    const from = it.commit("Base", { a: "1" });
    const to = it.commit("Work", { a: "2", ...note });
    it.git("replace", to, from);
    const { commits } = await read(it, from, to);
    expect(commits.map(({ sha, subject, touchesNotes }) => [sha, subject, touchesNotes])).toEqual([[to, "Work", true]]);
    expect(to).toHaveLength(64);
  });

  it("reads a partial clone that lacks the .mailmap, and says that contents are missing", async () => {
    const it = fixture();
    it.git("config", "uploadpack.allowFilter", "true");
    const from = it.commit("Base", { ".mailmap": "Ada <ada@example.org>\n" });
    const to = it.commit("Work", { a: "2" });
    it.commit("Note", note);
    const clone = `${it.directory}-partial`;
    try {
      it.git("clone", "-q", "--bare", "--filter=blob:none", `file://${it.directory}`, clone);
      const read2 = await read({ ...it, directory: clone }, from, to);
      expect(read2.commits.map(({ subject, author }) => [subject, author])).toEqual([["Work", "Ada Osei"]]);
      expect(read2.caveats.map(({ code }) => code)).toEqual(["blobs-missing"]);
      const tip = it.git("rev-parse", "HEAD");
      expect((await read({ ...it, directory: join(clone) }, from, tip)).commits.map(({ subject }) => subject)).toEqual(["Work"]);
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  });
});
