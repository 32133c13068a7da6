import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPartials } from "../../src/archive/partials.ts";

let notes = "";
beforeEach(() => {
  notes = mkdtempSync(join(tmpdir(), "shipnote-partials-"));
});
afterEach(() => rmSync(notes, { recursive: true, force: true }));

describe("a user's partials", () => {
  it("are the .hbs files of notes/templates, by name", () => {
    mkdirSync(join(notes, "templates"));
    writeFileSync(join(notes, "templates", "summary.hbs"), "one");
    writeFileSync(join(notes, "templates", "README.md"), "two");
    expect(readPartials(notes)).toEqual({ summary: "one" });
  });

  it("are none where there is no folder, and none without a work tree", () => {
    expect([readPartials(notes), readPartials(null)]).toEqual([{}, {}]);
  });

  it("are never read through a link", () => {
    mkdirSync(join(notes, "templates"));
    writeFileSync(join(notes, "secret"), "x");
    symlinkSync("../secret", join(notes, "templates", "summary.hbs"));
    expect(() => readPartials(notes)).toThrow(expect.objectContaining({ code: "notes-unsafe" }));
  });
});
