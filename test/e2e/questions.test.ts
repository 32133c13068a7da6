import { afterAll, describe, expect, inject, it } from "vitest";
import { type Seat, sitDown } from "../run-rig.ts";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Life, makeLife, removeAll } from "./life.ts";
import { node } from "./tool.ts";

/* The questions of `record`, in a terminal: skippable, proposed again after Ctrl-C, and asked of nobody twice. */

afterAll(removeAll);

function ship(): Life {
  const life = makeLife();
  life.git("config", "user.name", "Ada Osei");
  life.commit("Base", { "a.txt": "1\n" });
  life.commit("Cache article lookups", { "a.txt": "2\n" });
  return life;
}

function sit({ directory }: Life, ...args: string[]): Seat {
  const environment = Object.fromEntries(Object.entries(fixtureEnvironment(0)).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return sitDown(node, [inject("tool"), "record", ...args], directory, { ...environment, CI: "" });
}

/** Answers the questions in their order; Enter alone skips one. */
async function answer(seat: Seat, ...answers: readonly (readonly [question: string, words: string])[]): Promise<void> {
  for (const [question, words] of answers) {
    await seat.shows(question);
    seat.type(`${words}\r`);
  }
}

const rest = [["Expected result?", ""], ["Assumptions?", ""], ["What to know when undoing it?", ""]] as const;

describe("questions", () => {
  it("skipped with Enter write what flags would have written without them", async () => {
    const life = ship();
    const seat = sit(life);
    await answer(seat, ["Title?", ""], ["Why?", ""], ...rest);
    expect((await seat.ended).exitCode).toBe(0);
    const again = life.record();
    expect(again).toMatchObject({ status: "unchanged", record: { title: "Cache article lookups" } });
    expect(life.read(again.path)).toContain("## Why\n\n*Not written down.*\n");
  });

  it("interrupted keep the answers so far, and propose them again", async () => {
    const life = ship();
    const first = sit(life);
    await answer(first, ["Title?", ""], ["Why?", "Readers waited."]);
    await first.shows("Expected result?");
    first.type("\u0003");
    expect((await first.ended).exitCode).toBe(130);
    expect(life.has("notes")).toBe(false);
    const second = sit(life);
    await answer(second, ["Title?", ""], ["Readers waited.", ""], ...rest);
    expect((await second.ended).exitCode).toBe(0);
    expect(life.read(life.record().path)).toContain("## Why\n\nReaders waited.\n");
  });

  it("are not asked of a ship that stands, and an old draft for it is not in the way", async () => {
    const life = ship();
    const first = sit(life);
    await answer(first, ["Title?", ""], ["Why?", "An old thought."]);
    await first.shows("Expected result?");
    first.type("\u0003");
    await first.ended;
    const { path } = life.record(["--reason", "Readers waited."]);
    const second = sit(life);
    expect((await second.ended).exitCode).toBe(0);
    expect(second.shown()).not.toContain("Why?");
    expect(life.read(path)).toContain("## Why\n\nReaders waited.\n\n## Expected result\n\n*Not written down.*\n");
  });

  it("are not asked with --yes", async () => {
    const life = ship();
    const seat = sit(life, "--yes");
    expect((await seat.ended).exitCode).toBe(0);
    expect(seat.shown()).not.toContain("Title?");
  });
});
