import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { releaseTaken } from "../../src/gather/gone-records.ts";
import { openRepository } from "../../src/git/repository.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";
import { type Fixture, makeRepository } from "../git-fixture.ts";

const id = "2026-11-24-cache";
const facts = `notes/2026/${id}/record.json`;

let fixture: Fixture;
beforeEach(() => {
  fixture = makeRepository();
  fixture.commit("First", { a: "1" });
});
afterEach(() => fixture.remove());

/** Whose a command, a result and a comparison are then that the record has taken. */
async function takers(standing: readonly string[] = []): Promise<(string | null)[]> {
  const repository = await openRepository(fixture.directory, { named: true });
  const taken = { takenBy: id };
  const released = await releaseTaken(repository, notesPaths("notes"), new Set(standing), [[taken, { takenBy: null }], [taken], [taken]]);
  return released.flat().map(({ takenBy }) => takenBy);
}

it("keeps what a record has that stands here", async () => {
  expect(await takers([id])).toEqual([id, null, id, id]);
});

it("frees what a record had that was never committed", async () => {
  expect(await takers()).toEqual([null, null, null, null]);
});

it("frees what a record had whose commit is gone", async () => {
  fixture.commit("Record it", { [facts]: "{}" });
  fixture.git("reset", "-q", "--hard", "HEAD~1");
  expect(await takers()).toEqual([null, null, null, null]);
});

it("keeps what a record has that is on another branch, or was deleted in a later commit", async () => {
  fixture.git("switch", "-q", "-c", "topic");
  fixture.commit("Record it", { [facts]: "{}" });
  fixture.git("switch", "-q", "main");
  expect(await takers()).toEqual([id, null, id, id]);
  fixture.git("switch", "-q", "topic");
  fixture.commit("Delete it", { [facts]: null });
  expect(await takers()).toEqual([id, null, id, id]);
});

it("keeps what a record has that stands in another work tree", async () => {
  const linked = join(fixture.directory, "linked");
  fixture.git("worktree", "add", "-q", linked, "-b", "other");
  fixture.write(`linked/${facts}`, "{}");
  expect(await takers()).toEqual([id, null, id, id]);
});
