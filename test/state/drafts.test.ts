import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readDraft, removeDraft, saveDraft } from "../../src/state/drafts.ts";

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

  it("are none where a file is broken", () => {
    saveDraft(state, "k", { why: "x" });
    const [name = ""] = readdirSync(join(state, "drafts"));
    writeFileSync(join(state, "drafts", name), "{");
    expect(readDraft(state, "k")).toBeNull();
  });
});
