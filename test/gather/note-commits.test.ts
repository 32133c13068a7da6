import { afterEach, beforeEach, expect, test } from "vitest";
import { takeBack } from "../../src/gather/note-commits.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";
import { makeWorld, type World } from "./range-fixture.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

const back = async () => takeBack(await world.open(), world.git("rev-parse", "HEAD"), notesPaths("notes"));

test("a commit of code stays where it is", async () => {
  const root = world.commit("First", { a: "1" });
  expect(await back()).toEqual({ commit: root, parent: null, passedMerge: false });
});

test("commits of notes are passed, more than one batch of them", async () => {
  const root = world.commit("First", { a: "1" });
  const code = world.commit("Code", { a: "2" });
  for (let count = 0; count < 7; count += 1) world.commitNote(`n${count}`);
  world.commit("Index", { "notes/README.md": "1", "notes/2026/README.md": "1", "notes/runbooks/deploy.md": "1", "notes/templates/a.hbs": "1" });
  expect(await back()).toEqual({ commit: code, parent: root, passedMerge: false });
});

test.each([
  ["an empty commit", {}],
  ["notes and code", { "notes/2026/2026-11-24-a.md": "x", "b c\n.js": "x" }],
  ["a guide in the notes folder", { "notes/guides/how.md": "x" }],
  ["a note's path elsewhere", { "docs/notes/2026/2026-11-24-a.md": "x" }],
])("%s is not passed", async (_, files) => {
  world.commit("First", { a: "1" });
  const commit = world.commit("This", files);
  world.commitNote("a-note");
  expect((await back()).commit).toBe(commit);
});

test("a merge counts by what it changes against its first parent", async () => {
  const root = world.commit("First", { a: "1" });
  world.git("checkout", "-qb", "notes-branch");
  world.commitNote("a-note");
  world.git("checkout", "-q", "main");
  world.git("merge", "-q", "--no-ff", "-m", "Merge the notes", "notes-branch");
  expect(await back()).toEqual({ commit: root, parent: null, passedMerge: true });
  world.git("checkout", "-qb", "side");
  world.commit("Side", { b: "1" });
  world.git("checkout", "-q", "main");
  world.git("merge", "-q", "--no-ff", "-m", "Merge code", "side");
  const merge = world.git("rev-parse", "HEAD");
  world.commitNote("another");
  expect((await back()).commit).toBe(merge);
});

test("history of notes alone ends at its root", async () => {
  const root = world.commitNote("one");
  world.commitNote("two");
  expect(await back()).toEqual({ commit: root, parent: null, passedMerge: false });
});

test("a sha256 repository", async () => {
  const other = makeWorld("--object-format=sha256");
  const root = other.commit("First", { a: "1" });
  other.commitNote("one");
  expect((await takeBack(await other.open(), other.git("rev-parse", "HEAD"), notesPaths("notes"))).commit).toBe(root);
  other.remove();
});
