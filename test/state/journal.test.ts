import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginEntry, markTaken, readJournal, type StartedCommand } from "../../src/state/journal.ts";

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "shipnote-journal-"));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const started: StartedCommand = {
  name: null, kind: "deploy", kindSource: "flag", command: "make deploy", directory: ".", head: "a".repeat(40),
  startedAt: "2026-11-24T09:11:30.125Z", environment: "production", component: null,
};
const ending = { durationMs: 74_000, exitCode: 0, signal: null, output: { tail: "done", bytes: 5, sha256: "b".repeat(64) } };

const keepEntry = async (stateDir: string, begun: StartedCommand, how: typeof ending): Promise<void> => (await beginEntry(stateDir, begun)).finish(how);

describe("the journal", () => {
  it("has an entry from its beginning, and how it ended once it has", async () => {
    const entry = await beginEntry(state, started);
    expect(await readJournal(state)).toMatchObject([{ id: entry.id, state: "running", command: "make deploy", durationMs: null, exitCode: null, output: null, takenBy: null, pid: process.pid }]);
    await entry.finish(ending);
    expect(await readJournal(state)).toMatchObject([{ ...started, ...ending, id: entry.id, state: "ended", source: "captured", redactions: [], takenBy: null }]);
    expect(readdirSync(join(state, "journal"))).toEqual([`${entry.id}.json`]);
  });

  it("is empty where there is none", async () => {
    expect(await readJournal(join(state, "nowhere"))).toEqual([]);
  });

  it("lists entries by their start", async () => {
    for (const second of ["30", "10", "20"]) await keepEntry(state, { ...started, startedAt: `2026-11-24T09:11:${second}.000Z` }, ending);
    const seconds = async (since?: string) => (await readJournal(state, since)).map((entry) => entry.startedAt.slice(17, 19));
    expect(await seconds()).toEqual(["10", "20", "30"]);
    expect(await seconds("2026-11-24T09:11:20Z")).toEqual(["20", "30"]);
    expect(await seconds("2026-11-24T09:11:31Z")).toEqual([]);
  });

  it("reads an entry as killed whose run is gone, or whose process id is another's by now", async () => {
    const { id } = await beginEntry(state, started);
    const path = join(state, "journal", `${id}.json`);
    const kept = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...kept, pid: 2 ** 22 + 7 }));
    expect((await readJournal(state))[0]?.state).toBe("killed");
    writeFileSync(path, JSON.stringify({ ...kept, processStart: "another-boot-1" }));
    expect((await readJournal(state))[0]?.state).toBe("killed");
    writeFileSync(path, JSON.stringify(kept));
    expect((await readJournal(state))[0]?.state).toBe("running");
  });

  it("passes over what is no entry", async () => {
    const { id } = await beginEntry(state, started);
    for (const [name, text] of [["x.json", "{"], ["y.json", "[]"], ["z.json", ""], [".tmp.json", "{}"], ["readme", "hi"]] as const) writeFileSync(join(state, "journal", name), text);
    expect((await readJournal(state)).map((entry) => entry.id)).toEqual([id]);
  });

  it("remembers who took an entry, also one that ends afterwards", async () => {
    const entry = await beginEntry(state, started);
    await markTaken(state, [entry.id], "2026-11-24-a");
    await entry.finish(ending);
    expect(await readJournal(state)).toMatchObject([{ state: "ended", takenBy: "2026-11-24-a" }]);
  });

  it("marks nothing outside of its folder", async () => {
    await markTaken(state, ["../../evil", "a/b"], "2026-11-24-a");
    expect(readdirSync(state)).toEqual([]);
  });

  it("masks the command when it begins, and a secret of the one in the other when it ends", async () => {
    const entry = await beginEntry(state, { ...started, command: "deploy --token=q8w7e6r5t4y3u2i1o0", name: "Authorization: Bearer q8w7e6r5t4y3u2i1o0" });
    const folder = join(state, "journal");
    expect(readFileSync(join(folder, readdirSync(folder)[0] ?? ""), "utf8")).not.toContain("q8w7e6r5t4y3u2i1o0");
    await entry.finish({ ...ending, output: { tail: "using token=q8w7e6r5t4y3u2i1o0\nand bare q8w7e6r5t4y3u2i1o0", bytes: 30, sha256: "b".repeat(64) } });
    const [kept] = await readJournal(state);
    expect(kept?.command).toBe("deploy --token=[masked]");
    expect(kept?.output?.tail).toBe("using token=[masked]\nand bare [masked]");
    expect(kept?.redactions.length).toBeGreaterThan(0);
  });

  it("keeps 100 lines and 16 KiB of a tail, whole lines where there are any", async () => {
    const tailOf = async (tail: string): Promise<string> => {
      await keepEntry(state, started, { ...ending, output: { tail, bytes: tail.length, sha256: "b".repeat(64) } });
      const kept = (await readJournal(state))[0]?.output?.tail ?? "";
      rmSync(join(state, "journal"), { recursive: true });
      return kept;
    };
    const numbered = Array.from({ length: 150 }, (_, place) => `line ${place}`);
    expect(await tailOf(numbered.join("\n"))).toBe(numbered.slice(50).join("\n"));
    const wide = Array.from({ length: 90 }, (_, place) => `${place} ${"x y ".repeat(100)}.`);
    expect(await tailOf(wide.join("\n"))).toBe(wide.slice(-40).join("\n"));
    // 16,384 bytes are 5,461 times three, and the blank before.
    expect(await tailOf("é ".repeat(20_000))).toHaveLength(10_923);
  });

  it("says what the system says where it cannot be written", async () => {
    writeFileSync(join(state, "journal"), "in the way");
    await expect(beginEntry(state, started)).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});
