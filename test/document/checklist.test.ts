import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dressChecklist, readChecklist } from "../../src/document/checklist.ts";

const rendered = "- [x] capture it: 6 metrics\n- [ ] create a backup\n- [ ] create a backup of more\n- [x] write *it* down\\_now";

const read = (standing: string) => {
  const { ours, added, intact } = readChecklist(standing, rendered);
  return {
    ours: ours.map((item) => item === null ? "gone" : `${item.done ? "x" : "-"} ${item.note ?? ""}`.trim()),
    added: added.map((item) => `${item.done ? "x" : "-"} ${item.item}`),
    intact,
  };
};

describe("readChecklist", () => {
  it.each([
    ["nothing done", rendered, ["x", "-", "-", "x"], [], true],
    ["ticks set and taken away", "- [ ] capture it: 6 metrics\n- [X] create a backup\n- [ ] create a backup of more\n- [x] write *it* down\\_now", ["-", "x", "-", "x"], [], true],
    ["notes", "- [x] capture it: 6 metrics (twice)\n- [ ] create a backup: no, see `x`\n- [ ] create a backup of more\n- [x] write *it* down\\_now", ["x (twice)", "- : no, see `x`", "-", "x"], [], true],
    ["a note below", "- [x] capture it: 6 metrics\n  - one\n  - two\n- [ ] create a backup\n- [ ] create a backup of more\n\n  para\n- [x] write *it* down\\_now", ["x \n  - one\n  - two", "-", "- \n  para", "x"], [], true],
    ["items added above and below, with and without a box", "- [x] mine\n" + rendered + "\n- [ ] call Bob\n- plain\n  more", ["x", "-", "-", "x"], ["x mine", "- call Bob", "- plain\n  more"], true],
    ["a formatter", "* [x] capture it: 6 metrics\n* [ ] create a backup\n* [ ] create a backup\n  of more and more\n* [x] write _it_ down_now", ["x", "-", "- and more", "x"], [], true],
    ["an item gone", "- [x] capture it: 6 metrics\n- [ ] create a backup of more\n- [x] write *it* down\\_now", ["x", "gone", "-", "x"], [], false],
    ["an item rewritten", rendered.replace("capture it", "capture all"), ["gone", "-", "-", "x"], ["x capture all: 6 metrics"], false],
    ["another order", "- [ ] create a backup\n- [x] capture it: 6 metrics\n- [ ] create a backup of more\n- [x] write *it* down\\_now", ["x", "-", "-", "x"], [], false],
    ["a longer word", rendered.replace("backup\n", "backups\n"), ["x", "gone", "-", "x"], ["- create a backups"], false],
    ["text of its own", `${rendered}\n\nMore to come.`, ["x", "-", "-", "x"], [], false],
  ])("reads %s", (_, standing, ours, added, intact) => {
    expect(read(standing)).toEqual({ ours, added, intact });
  });

  it("knows items by name where the templates changed, and their notes where they are known", () => {
    const standing = "- [x] capture it (6 metrics) twice\n- [ ] call Bob";
    const found = readChecklist(standing, "- [x] Capture it, 6 metrics", [{ item: "capture it", note: "twice" }]);
    expect(found.ours).toEqual([{ done: true, note: "twice" }]);
    expect(found.added.map((item) => item.item)).toEqual(["call Bob"]);
    expect(found.bare).toBe("- [ ] capture it (6 metrics)");
  });
});

describe("dressChecklist", () => {
  it("puts notes behind our items and people's items below", () => {
    expect(dressChecklist("- [x] a\n- [ ] b", ["yes", "\n  - c"], ["- [ ] d"])).toBe("- [x] a yes\n- [ ] b\n  - c\n- [ ] d");
  });

  it("is what readChecklist reads back", () => {
    const note = fc.option(fc.constantFrom("yes", "(see `x`)", ": no", "\n  - one\n  - two", "two\n  lines", "*so*"));
    const people = fc.uniqueArray(fc.constantFrom("call Bob", "x `y`", "a\n  b", "capture"), { maxLength: 3 });
    fc.assert(fc.property(fc.array(note, { minLength: 4, maxLength: 4 }), people, (notes, items) => {
      const dressed = dressChecklist(rendered, notes, items.map((item) => `- [x] ${item}`));
      const found = readChecklist(dressed, rendered);
      expect(found.ours.map((item) => item?.note)).toEqual(notes);
      expect(found.added.map((item) => item.item)).toEqual(items);
      expect(found.intact).toBe(true);
    }), { numRuns: 300 });
  });
});
