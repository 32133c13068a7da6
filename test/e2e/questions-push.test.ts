import { afterAll, describe, expect, it } from "vitest";
import { screenAfter } from "../screen.ts";
import { type Desk, makeDesk } from "./hook-rig.ts";
import { removeAll } from "./life.ts";

/* The questions after a push, in the terminal in which it was typed. */

afterAll(removeAll);

/** A push of a ship for which more than one may answer. */
function push(env: Record<string, string> = {}): { desk: Desk; seat: ReturnType<Desk["sit"]> } {
  const desk = makeDesk({ files: { CODEOWNERS: "* @web-team\n" } });
  desk.commit("Cache article lookups\n\nReaders waited.", { "a.txt": "2\n" });
  return { desk, seat: desk.sit("git push -q; echo status $?", { env: { CI: "", ...env } }) };
}

describe("after a push", () => {
  it("six Enters write the record; the owner is shown, and can be changed, in the last look", async () => {
    const { desk, seat } = push();
    const stops = ["Record it now?", "Title?", "Why?", "Expected result?", "What to know when undoing it?", "Write it?"];
    for (const stop of stops) {
      await seat.shows(stop);
      await seat.shows(/editor\)|a letter\)/);
      seat.type("\r");
    }
    await seat.shows("status 0");
    await seat.ended;
    const { lines } = screenAfter(seat.shown(), 100);
    expect(lines.filter((line) => line.endsWith("?")).map((line) => line.replace(/^1 commit reached production\. /, ""))).toEqual(stops);
    expect(lines).toContain("  Owner: @web-team");
    expect(desk.records()).toMatchObject([{ title: "Cache article lookups", owner: { name: "@web-team", source: "codeowners" } }]);
  });

  it("Ctrl-C at the first leaves nothing beside the command to type later", async () => {
    const { seat } = push();
    await seat.shows("Record it now?");
    await seat.shows("a letter)");
    seat.type("\u0003");
    await seat.shows("status 0");
    await seat.ended;
    const { lines } = screenAfter(seat.shown(), 200);
    expect(lines.find((line) => line.includes("later, then"))).toMatch(/^shipnote: later, then\. .* --to [0-9a-f]{12}$/);
    expect(lines.join("\n")).not.toContain("a letter)");
  });

  it.each([["drawn", {}], ["in plain lines", { TERM: "dumb" }]] as const)("Ctrl-C ends the questions, and neither git nor its status: %s", async (_name, env) => {
    const { desk, seat } = push(env);
    await seat.shows("Record it now?");
    await seat.shows(/a letter\)|n: not now\) /);
    seat.type("\r");
    await seat.shows("Title?");
    await seat.shows(/editor\)|empty\) /);
    seat.type("\u0003");
    await seat.shows("later, then");
    await seat.shows("status 0");
    await seat.ended;
    expect(desk.records()).toEqual([]);
    expect(desk.postponed()).toHaveLength(1);
  });
});
