import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commitsBefore } from "../../src/gather/laid-out.ts";
import { openRepository } from "../../src/git/repository.ts";
import type { Range } from "../../src/record/schema.ts";
import type { KeptResults } from "../../src/state/measurements.ts";
import { type Fixture, makeRepository } from "../git-fixture.ts";

let fixture: Fixture;
beforeEach(() => {
  fixture = makeRepository();
});
afterEach(() => fixture.remove());

const results = (commit: string | null, laidOut = true): KeptResults => ({
  version: 1, side: "before", environment: "production", component: null, takenAt: "2026-11-24T09:00:00Z", commit, machine: null, repository: "", takenBy: null,
  id: "x", metrics: [], laidOut,
});

describe("the commits that a ship goes on from", () => {
  it("are those that hold `from` or that it holds, and none of the ship's", async () => {
    const old = fixture.commit("Older", { a: "1" });
    const from = fixture.commit("Live", { a: "2" });
    const notes = fixture.commit("Record it", { "notes/2026/2026-11-24-live.md": "# Live\n" });
    fixture.git("checkout", "-q", "-b", "side", from);
    const elsewhere = fixture.commit("Elsewhere", { b: "1" });
    fixture.git("checkout", "-q", "main");
    const first = fixture.commit("First of the ship", { a: "3" });
    const to = fixture.commit("Second of the ship", { a: "4" });
    const later = fixture.commit("The next one", { a: "5" });
    const range: Range = { from, to, toTree: to, patchId: null, source: "flag" };
    const ship = [{ sha: first }, { sha: to }];
    const repository = await openRepository(fixture.directory, { named: true });
    const found = async (of: Range | null, kept: KeptResults[]) => [...await commitsBefore(repository, of, ship, kept)].sort();
    const all = [old, from, notes, elsewhere, first, to, later, "0".repeat(40), null].map((commit) => results(commit));
    expect(await found(range, all)).toEqual([old, from, notes].sort());
    expect(await found(range, all.map((each) => ({ ...each, laidOut: false })))).toEqual([]);
    expect(await found({ ...range, from: null }, all)).toEqual([]);
    expect(await found(null, all)).toEqual([]);
  });

  it("are what was live where a ship goes back", async () => {
    const to = fixture.commit("Older", { a: "1" });
    const from = fixture.commit("Live", { a: "2" });
    const repository = await openRepository(fixture.directory, { named: true });
    const range: Range = { from, to, toTree: to, patchId: null, source: "flag" };
    expect([...await commitsBefore(repository, range, [{ sha: from }], [results(from), results(to)])]).toEqual([from]);
  });
});
