import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { carryDraft, draftKeyOf, readDraft, removeDraft, saveDraft } from "../../src/state/drafts.ts";

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "shipnote-drafts-"));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

describe("drafts", () => {
  it("keep answers until they are removed, each key its own", () => {
    expect(readDraft(state, "production/../x")).toBeNull();
    saveDraft(state, "production/../x", { title: "Cache", why: "slow" });
    saveDraft(state, "staging", { title: "Other" });
    saveDraft(state, "production/../x", { title: "Cache lookups" });
    expect(readDraft(state, "production/../x")).toEqual({ title: "Cache lookups" });
    removeDraft(state, "production/../x");
    removeDraft(state, "production/../x");
    expect(readDraft(state, "production/../x")).toBeNull();
    expect(readDraft(state, "staging")).toEqual({ title: "Other" });
  });

  it("go over to what their ship is part of, where what was said of that goes before them", () => {
    const line = { environment: "production", component: null };
    const [part, whole, other] = [draftKeyOf(line, "a"), draftKeyOf(line, "b"), draftKeyOf({ ...line, component: "api" }, "a")];
    saveDraft(state, part, { title: "One", why: "slow" });
    saveDraft(state, whole, { title: "Both" });
    carryDraft(state, other, whole);
    carryDraft(state, part, part);
    expect(readDraft(state, part)).toEqual({ title: "One", why: "slow" });
    carryDraft(state, part, whole);
    expect(readDraft(state, whole)).toEqual({ title: "Both", why: "slow" });
    expect(readDraft(state, part)).toBeNull();
  });

  it("are none where a file is broken", () => {
    saveDraft(state, "k", { why: "x" });
    const [name = ""] = readdirSync(join(state, "drafts"));
    writeFileSync(join(state, "drafts", name), "{");
    expect(readDraft(state, "k")).toBeNull();
  });
});
