import { afterAll, describe, expect, it } from "vitest";
import { removeAll } from "./life.ts";
import { ctrl, draftOf, questions, section, ship, sit, written } from "./questions-rig.ts";

/* Ctrl-C, Ctrl-D and a terminal that goes away, at each question: nothing is written, and no answer is lost. */

afterAll(removeAll);

/** `record` in a shell that says afterwards how it ended, and whether it left the terminal as it was. */
const watched = 'trap : INT; before=$(stty -g); "$0" "$@"; echo "status $?"; [ "$before" = "$(stty -g)" ] && echo same; exit 0';

/** With a word of somebody's own for each question but the list of owners and the last. */
const words: Readonly<Record<string, string>> = { "Title?": " now", "Why?": "Readers waited.", "Expected result?": "Less waiting.", "What to know when undoing it?": "Purge the cache." };

const places = questions.flatMap((question) => (["c", "d"] as const).map((letter) => [letter, question] as const));

describe.each([["drawn", [] as string[]], ["plain", ["--plain"]]] as const)("questions %s", (_name, flags) => {
  it.each(places)("end by Ctrl-%s at '%s' with nothing written, 130, the terminal as it was, and the answers kept", async (letter, question) => {
    const life = ship();
    const seat = sit(life, flags, { shell: watched });
    const before = questions.slice(0, questions.indexOf(question));
    await seat.answer(...before.map((each) => [each, flags.length > 0 && each === "Title?" ? "Cache article lookups now" : (words[each] ?? "")] as const));
    await seat.shows(question);
    await seat.shows(flags.length > 0 ? ") " : /a letter\)|your editor\)/);
    seat.type(ctrl(letter));
    await seat.shows("Interrupted at a question; nothing was written.");
    await seat.shows("status 130");
    await seat.shows("same");
    expect((await seat.ended).exitCode).toBe(0);
    expect(life.has("notes")).toBe(false);
    const kept = { title: "Cache article lookups now", why: "Readers waited.", expected: "Less waiting.", rollback: "Purge the cache." };
    const names = { "Title?": "title", "Why?": "why", "Expected result?": "expected", "What to know when undoing it?": "rollback" } as Record<string, keyof typeof kept>;
    const given = before.flatMap((each) => names[each] ?? []);
    expect(draftOf(life)).toEqual(before.length === 0 ? null : Object.fromEntries(given.map((name) => [name, kept[name]])));
    if (question !== "Write it?") return;
    const again = sit(life, flags);
    await again.answer(...questions.map((each) => [each, ""] as const));
    expect((await again.ended).exitCode).toBe(0);
    const { markdown, record } = written(life);
    expect(record.title).toBe(kept.title);
    expect(section(markdown, "Why")).toBe(kept.why);
    expect(section(markdown, "Expected result")).toBe(kept.expected);
    expect(section(markdown, "Rollback")).toContain(kept.rollback);
    expect(draftOf(life)).toBeNull();
  });

  it("end with a terminal that is gone", async () => {
    const life = ship();
    const seat = sit(life, flags);
    await seat.answer(["Title?", flags.length > 0 ? "Kept" : `${ctrl("u")}Kept`]);
    await seat.shows("Why?");
    seat.kill("SIGHUP");
    await seat.ended;
    expect(life.has("notes")).toBe(false);
    expect(draftOf(life)).toEqual({ title: "Kept" });
  });
});

it("Ctrl-C ends a question in which a paste never ended, and is text within one", async () => {
  const life = ship();
  const seat = sit(life);
  await seat.answer(["Title?", `${ctrl("u")}Kept`]);
  await seat.shows("Why?");
  await seat.shows("editor)");
  seat.type("\u001b[200~Readers\u0003waited");
  await new Promise((done) => setTimeout(done, 600));
  seat.type(ctrl("c"));
  expect((await seat.ended).exitCode).toBe(130);
  expect(draftOf(life)).toEqual({ title: "Kept" });
});

describe("a line reader", () => {
  it("is ended by Ctrl-C also where that is no signal, as within a hook", async () => {
    const life = ship();
    const seat = sit(life, ["--plain"], { shell: 'stty -isig eol ^C; exec "$0" "$@"' });
    await seat.shows("Title?");
    await seat.shows(") ");
    seat.type(`half${ctrl("c")}`);
    await seat.shows("Interrupted at a question");
    expect((await seat.ended).exitCode).toBe(130);
    expect(draftOf(life)).toBeNull();
  });
});
