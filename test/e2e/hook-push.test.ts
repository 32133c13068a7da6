import { afterAll, describe, expect, it } from "vitest";
import { type Desk, enterThrough, makeDesk, said, words } from "./hook-rig.ts";
import { removeAll } from "./life.ts";

/* The moment of a push: who is asked what, what is written, and what is put off. */

afterAll(removeAll);

/** Commits, and pushes from a terminal up to the question. */
async function pushed(desk: Desk, message: string, command = "git push"): Promise<{ seat: ReturnType<Desk["sit"]>; from: string; to: string }> {
  const from = desk.git("rev-parse", "@{upstream}");
  const to = desk.commit(message, { "a.txt": `${message}\n` });
  const seat = desk.sit(command);
  await seat.shows("reached production");
  return { seat, from, to };
}

describe("a push to a ship branch, in a terminal", () => {
  it("is recorded with Enter at every question, just as it was pushed", async () => {
    const desk = makeDesk();
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    const { seat, from, to } = await pushed(desk, "Warm the cache");
    const begun = Date.now();
    expect(await enterThrough(seat)).toBe(0);
    expect(words(seat.shown())).toContain("2 commits reached production. Record it now?");
    const [record, ...others] = desk.records();
    expect(others).toEqual([]);
    expect(record).toMatchObject({ range: { from, to, source: "push" }, shippedAtSource: "push", environment: "production", component: null });
    expect(Math.abs(Date.parse(record?.shippedAt ?? "") - begun)).toBeLessThan(30_000);
    expect(desk.postponed()).toEqual([]);
    // The remote had it before anybody was asked.
    expect(desk.git("--git-dir", desk.remote, "rev-parse", "main")).toBe(to);
  });

  it("is put off with `n`, and offered with the next push as one ship", async () => {
    const desk = makeDesk();
    const first = await pushed(desk, "Cache article lookups");
    first.seat.type("n");
    expect((await first.seat.ended).exitCode).toBe(0);
    expect(words(first.seat.shown())).toContain("later, then");
    expect(desk.records()).toEqual([]);
    expect(desk.postponed()).toMatchObject([{ environment: "production", component: null, from: first.from, to: first.to }]);
    const second = await pushed(desk, "Warm the cache");
    expect(await enterThrough(second.seat)).toBe(0);
    expect(words(second.seat.shown())).toContain("2 commits reached production (with what was postponed). Record it now?");
    expect(desk.records()).toMatchObject([{ range: { from: first.from, to: second.to, source: "push" } }]);
    expect(desk.postponed()).toEqual([]);
  });

  it("is put off with the arrow and Enter as well", async () => {
    const desk = makeDesk();
    const { seat } = await pushed(desk, "Cache article lookups");
    seat.type("\u001b[B");
    seat.type("\r");
    expect((await seat.ended).exitCode).toBe(0);
    expect(desk.records()).toEqual([]);
    expect(desk.postponed()).toHaveLength(1);
  });

  it("that was put off is recorded by hand with its own beginning and moment", async () => {
    const desk = makeDesk();
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    const { seat, from, to } = await pushed(desk, "Warm the cache");
    seat.type("n");
    await seat.ended;
    const [{ at } = { at: "" }] = desk.postponed();
    expect(desk.record().record).toMatchObject({ range: { from, to, source: "push" }, shippedAt: at, shippedAtSource: "push" });
    const next = await pushed(desk, "Evict the cache");
    next.seat.type("n");
    await next.seat.ended;
    // What is recorded is postponed no longer.
    expect(desk.postponed()).toMatchObject([{ from: to, to: next.to }]);
    desk.commit("Not pushed", { "a.txt": "5\n" });
    expect(desk.record(["--to", next.to.slice(0, 12)]).record).toMatchObject({ range: { from: to, to: next.to }, shippedAtSource: "push" });
  });

  it("takes nothing that was typed before for an answer", async () => {
    const desk = makeDesk();
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    desk.git("config", "alias.slow", "!sleep 2; git push");
    const seat = desk.sit("git slow");
    seat.type("\r\r\ry\r");
    await seat.shows("reached production");
    await new Promise((done) => setTimeout(done, 700));
    expect(desk.records()).toEqual([]);
    seat.type("n");
    expect((await seat.ended).exitCode).toBe(0);
    expect(desk.records()).toEqual([]);
  });
});

describe("a push without anybody to ask", () => {
  it("says in one line what to type, and keeps it for the next push", () => {
    const desk = makeDesk();
    const from = desk.git("rev-parse", "HEAD");
    const to = desk.commit("Cache article lookups", { "a.txt": "2\n" });
    const answer = desk.pushing(["push"]);
    expect(answer.status).toBe(0);
    expect(said(answer)).toEqual([`shipnote: 1 commit reached production and is not recorded yet. To record: shipnote record --from ${from.slice(0, 12)} --to ${to.slice(0, 12)}`]);
    expect(desk.postponed()).toMatchObject([{ from, to }]);
    const next = desk.commit("Warm the cache", { "a.txt": "3\n" });
    expect(said(desk.pushing(["push"]))).toEqual([`shipnote: 2 commits reached production (with what was postponed) and are not recorded yet. To record: shipnote record --from ${from.slice(0, 12)} --to ${next.slice(0, 12)}`]);
    expect(desk.postponed()).toMatchObject([{ from, to: next }]);
  });

  it("is one of a CI run's as well, whatever its terminal", async () => {
    const desk = makeDesk();
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    const seat = desk.sit("git push", { env: { CI: "1" } });
    expect((await seat.ended).exitCode).toBe(0);
    expect(words(seat.shown())).toContain("is not recorded yet. To record: shipnote record");
    expect(words(seat.shown())).not.toContain("Record it now?");
  });

  it("is one in the background, which a question would stop", async () => {
    const desk = makeDesk();
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    // A shell with job control, so that the push is in a process group of its own.
    const seat = desk.sit("set -m; git push & wait; echo over");
    await seat.shows("over");
    expect(words(seat.shown())).toContain("is not recorded yet. To record: shipnote record");
    expect(words(seat.shown())).not.toContain("Record it now?");
  });

  it("is one whose stderr goes elsewhere", async () => {
    const desk = makeDesk();
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    const seat = desk.sit("git push 2>&1 | cat");
    await seat.ended;
    expect(words(seat.shown())).toContain("is not recorded yet. To record: shipnote record");
  });
});

describe("where CI records", () => {
  it("one line says so, in a terminal as well, and nothing is kept", async () => {
    const desk = makeDesk({ config: { record: { by: "ci" } } });
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    expect(said(desk.pushing(["push"]))).toEqual(["shipnote: 1 commit reached production; CI records it."]);
    desk.commit("Warm the cache", { "a.txt": "3\n" });
    const seat = desk.sit("git push");
    expect((await seat.ended).exitCode).toBe(0);
    expect(words(seat.shown())).toContain("shipnote: 1 commit reached production; CI records it.");
    expect(desk.postponed()).toEqual([]);
    expect(desk.records()).toEqual([]);
  });
});
