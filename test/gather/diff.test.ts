import { expect, it } from "vitest";
import { parseDiff } from "../../src/gather/diff.ts";

const a = "a".repeat(40);
const b = "b".repeat(40);
const none = "0".repeat(40);

it("joins raw entries and counts, whatever the paths hold", () => {
  expect(parseDiff([
    `:100644 100644 ${a} ${b} M`, "1\t2\tx",
    `:000000 120000 ${none} ${b} A`, ":100644 link",
    `:100644 100755 ${a} ${a} R100`, "old\n", "new\n",
    `:100644 160000 ${a} ${b} T`, "lib",
    "5\t0\t1\t2\tx", "1\t0\t:100644 link", "0\t0\t", "old\n", "new\n", "-\t-\tlib",
  ])).toEqual([
    { path: "1\t2\tx", previousPath: null, status: "modified", before: { type: "file", id: a }, after: { type: "file", id: b }, added: 5, deleted: 0, binary: false },
    { path: ":100644 link", previousPath: null, status: "added", before: { type: "nothing", id: none }, after: { type: "symlink", id: b }, added: 1, deleted: 0, binary: false },
    { path: "new\n", previousPath: "old\n", status: "renamed", before: { type: "file", id: a }, after: { type: "file", id: a }, added: 0, deleted: 0, binary: false },
    { path: "lib", previousPath: null, status: "typechanged", before: { type: "file", id: a }, after: { type: "submodule", id: b }, added: null, deleted: null, binary: true },
  ]);
});

it("reads entries without counts, and nothing at all", () => {
  expect(parseDiff([`:100644 000000 ${a} ${none} D`, "gone"])).toEqual([
    { path: "gone", previousPath: null, status: "deleted", before: { type: "file", id: a }, after: { type: "nothing", id: none }, added: null, deleted: null, binary: false },
  ]);
  expect(parseDiff([])).toEqual([]);
});
