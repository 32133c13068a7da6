import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeFolder, removeAll } from "./life.ts";
import { ctrl, down, left, paste, section, ship, sit, type Sitting, written } from "./questions-rig.ts";

/* What is typed and pasted: many lines, every script, an editor; in terminals that can do much or little. */

afterAll(removeAll);

const [title, why, expected, owner, undoing, look] = [
  ["Title?", ""], ["Why?", ""], ["Expected result?", ""], ["Who answers for it?", ""], ["What to know when undoing it?", ""], ["Write it?", ""],
] as const;

const escape = "\u001b";

/** The caret is moved behind the last that is drawn. */
const moved = new RegExp(`${escape}\\[\\d+C`);

/** Waits until a question can be answered. */
async function at(seat: Sitting, question: string): Promise<void> {
  await seat.shows(question);
  await seat.shows("editor)");
}

describe("a paste of many lines", () => {
  const rows: [name: string, keys: string][] = [
    ["that the terminal marks", paste("Cache\r\nlookups,\n\nall of them\n")],
    ["that it does not mark", "Cache\rlookups,\r\rall of them\r"],
  ];
  it.each(rows)("%s answers the question it was pasted into, and no other", async (_name, keys) => {
    const life = ship();
    const seat = sit(life);
    await at(seat, "Title?");
    seat.type(ctrl("u"));
    seat.type(keys);
    await seat.shows("all of them");
    // An Enter at a paste's end is one only where the terminal marks pastes.
    if (keys.startsWith("\u001b")) seat.type("\r");
    await at(seat, "Why?");
    seat.type(keys);
    await seat.shows("all of them");
    if (keys.startsWith("\u001b")) seat.type("\r");
    await seat.answer(expected, owner, undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    const { markdown, record } = written(life);
    expect(record.title).toBe("Cache lookups, all of them");
    expect(section(markdown, "Why")).toBe("Cache\nlookups,\n\nall of them");
    expect(section(markdown, "Expected result")).toBe("*Not written down.*");
  });

  it("of 2,000 lines is taken whole", async () => {
    const life = ship();
    const text = Array.from({ length: 2000 }, (_each, place) => `line ${place + 1} of a long log`).join("\n");
    const seat = sit(life);
    await seat.answer(title);
    await at(seat, "Why?");
    seat.type(paste(text));
    await seat.shows("line 2000 of a long log");
    seat.type("\r");
    await seat.answer(expected, owner, undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(section(written(life).markdown, "Why")).toBe(text);
    expect(seat.screen().lines).toContain("  (1994 more lines)");
  });

  it("chooses nothing from a list", async () => {
    const life = ship();
    const seat = sit(life);
    await seat.answer(title, why, expected, owner, undoing);
    await seat.shows("a letter)");
    seat.type(paste("p\n"));
    seat.type("put it off");
    seat.type(down);
    await seat.shows("> show it");
    seat.type("\u001b[A");
    await seat.shows("> write it");
    seat.type("\r");
    expect((await seat.ended).exitCode).toBe(0);
    expect(written(life).record.title).toBe("Cache article lookups");
  });

  it("is one answer in plain lines, which an empty line ends", async () => {
    const life = ship();
    const seat = sit(life, ["--plain"]);
    await seat.answer(title);
    await seat.shows("Why?");
    await seat.shows(") ");
    // The last line of what is pasted has no end yet.
    seat.type("Readers\r\rwaited.");
    await seat.shows("2 lines came at once: one answer. An empty line ends it.) ");
    seat.type(" And left.\r");
    await seat.shows("(An empty line ends it.) ");
    seat.type("\r");
    await seat.answer(expected, owner, undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(section(written(life).markdown, "Why")).toBe("Readers\n\nwaited. And left.");
  });
});

describe("what a terminal would obey", () => {
  it("is not taken into an answer: in plain lines", async () => {
    const life = ship();
    const seat = sit(life, ["--plain"]);
    await seat.answer(title, ["Why?", "Slow\u0007 \u001b]0;hi\u0007pages"], expected, owner, undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(section(written(life).markdown, "Why")).toBe("Slow ]0;hipages");
  });
});

describe("plain lines", () => {
  it("are what SHIPNOTE_PLAIN asks for in every command", async () => {
    const seat = sit(ship(), [], { env: { SHIPNOTE_PLAIN: "1" } });
    await seat.shows("Title? (Enter takes: Cache article lookups; e: your editor; -: leave it empty) ");
    seat.type(ctrl("c"));
    expect((await seat.ended).exitCode).toBe(130);
    expect(seat.shown()).not.toContain(escape);
  });
});

describe("every script", () => {
  const rows: [name: string, typed: string, steps: number, shown: string, columns: number, stored: string][] = [
    ["wide", "記事を速く", 2, "記事を速く", 6, "記事を^速く"],
    ["combining", "Ze\u0301le\u0301 x", 3, "Ze\u0301le\u0301 x", 3, "Ze\u0301l^e\u0301 x"],
    ["beyond the basic plane", "fast 🚀🚀!", 2, "fast 🚀🚀!", 7, "fast 🚀^🚀!"],
    ["right to left", "מטמון abc", 3, "מטמון abc", 6, "מטמון ^abc"],
    ["that turns the direction", "a\u202eb\u202cc", 1, "a<U+202E>b<U+202C>c", 18, "a\u202eb\u202c^c"],
  ];
  it.each(rows)("%s: the caret stands where it is edited, and what is typed is stored", async (_name, typed, steps, shown, columns, stored) => {
    const life = ship();
    const seat = sit(life);
    await seat.answer(title);
    await at(seat, "Why?");
    seat.type(typed);
    await seat.shows(shown);
    await seat.shows("your editor)");
    seat.type(left.repeat(steps));
    await seat.shows("your editor)");
    await seat.shows(moved);
    const { lines, caret } = seat.screen();
    expect(lines[caret.line]).toBe(`> ${shown}`);
    expect(caret.column).toBe(2 + columns);
    seat.type("^\r");
    await seat.answer(expected, owner, undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    const why = section(written(life).markdown, "Why");
    expect(why.normalize("NFC")).toBe(stored.normalize("NFC"));
    expect(seat.shown()).not.toContain("\u202e");
  });
});

describe("the user's editor", () => {
  /** An editor that keeps what it was given, and writes something in its place. */
  function editor(script: string): { call: string; given: () => string } {
    const folder = join(makeFolder(), "with space");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "edit"), `#!/bin/sh\ncp "$1" "${folder}/given"\nls -l "$1" >"${folder}/mode"\ndirname "$1" >"${folder}/place"\n${script}\n`, { mode: 0o755 });
    return { call: `'${folder}/edit'`, given: () => readFileSync(join(folder, "given"), "utf8") };
  }
  const placeOf = (call: string): string => readFileSync(join(call.slice(1, -6), "place"), "utf8").trim();

  it.each([["GIT_EDITOR"], ["VISUAL"], ["EDITOR"]])("%s writes a long answer; what stands below the line is not taken", async (variable) => {
    const life = ship();
    const { call, given } = editor("{ echo 'More of it:'; echo; echo '### Cause'; cat \"$1\"; } >\"$1.new\"; mv \"$1.new\" \"$1\"");
    const seat = sit(life, [], { env: { [variable]: call } });
    await seat.answer(title);
    await at(seat, "Why?");
    seat.type(`Typed. ${ctrl("o")}`);
    await seat.answer(expected, owner, undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(given()).toMatch(/^Typed\. \n\n-+ >8 -+ nothing below .*\nWhy\?\nMarkdown; .*\n\n[0-9a-f]{7}:\nReaders waited for each article\.\n\n$/s);
    expect(section(written(life).markdown, "Why")).toBe("More of it:\n\n### Cause\nTyped.");
    expect(() => readdirSync(placeOf(call))).toThrow("ENOENT");
    expect(readFileSync(join(call.slice(1, -6), "mode"), "utf8")).toMatch(/^-rw------- /);
  });

  it("of git's configuration comes first", async () => {
    const life = ship();
    const { call } = editor('echo Configured. >"$1"');
    life.git("config", "core.editor", call);
    const seat = sit(life, [], { env: { EDITOR: "false" } });
    await at(seat, "Title?");
    seat.type(ctrl("o"));
    await seat.answer(why, expected, owner, undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(written(life).record.title).toBe("Configured.");
  });

  it("that fails leaves the text as it was", async () => {
    const life = ship();
    const seat = sit(life, [], { env: { EDITOR: "exit 3;" } });
    await seat.answer(title);
    await at(seat, "Why?");
    seat.type(`Typed.${ctrl("o")}`);
    await seat.shows("ended with 3; the text is as it was.");
    await seat.answer(["Why?", " And more."], expected, owner, undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(section(written(life).markdown, "Why")).toBe("Typed. And more.");
  });

  it("has a terminal, and is opened from plain lines by `e`", async () => {
    const life = ship();
    const { call } = editor('[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && printf "Seen.\\n" >"$1"');
    const seat = sit(life, ["--plain"], { env: { EDITOR: call }, shell: '"$0" "$@" >out' });
    await seat.answer(title, ["Why?", "e"], expected, owner, undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(section(written(life).markdown, "Why")).toBe("Seen.");
  });
});

describe("terminals", () => {
  it("of 40 columns wrap what is longer, and keep the caret right", async () => {
    const life = ship("Look articles up in the cache that stands in front of the database\n\nReaders waited for each article.");
    const seat = sit(life, [], { columns: 40, rows: 15 });
    await at(seat, "Title?");
    seat.type(`, please${left.repeat(8)}`);
    await seat.shows(", please");
    await seat.shows(moved);
    const { lines, caret } = seat.screen();
    expect(lines.slice(0, 5)).toEqual([
      "Title?", "> Look articles up in the cache that st", "  ands in front of the database, please", "(Enter takes it; Ctrl-U: clear; Ctrl-O:", "your editor)",
    ]);
    expect(caret).toEqual({ line: 2, column: 31 });
    seat.type("\r");
    await seat.answer(why, expected, owner, undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(seat.screen().lines.filter((line) => line.endsWith("?"))).toEqual(["Title?", "Why?", "Expected result?", "Who answers for it?", "What to know when undoing it?", "Write it?"]);
    expect(written(life).record.title).toBe("Look articles up in the cache that stands in front of the database, please");
  });

  it("that become narrower in the middle of a question show it once", async () => {
    const life = ship();
    const seat = sit(life);
    await at(seat, "Title?");
    seat.resize(50, 30);
    await at(seat, "Title?");
    expect(seat.screen().lines.slice(0, 4)).toEqual(["Title?", "> Cache article lookups", "(Enter takes it; Ctrl-U: clear; Ctrl-O: your", "editor)"]);
    seat.type(ctrl("c"));
    expect((await seat.ended).exitCode).toBe(130);
  });

  it("show a colour only where they may", async () => {
    for (const [env, isBold] of [[{ TERM: "xterm" }, true], [{ NO_COLOR: "1" }, false]] as const) {
      const seat = sit(ship(), [], { env });
      await at(seat, "Title?");
      expect(seat.shown().includes("\u001b[1m")).toBe(isBold);
      expect(seat.shown().replaceAll("\u001b[1m", "").replaceAll("\u001b[22m", "")).not.toMatch(new RegExp(`${escape}\\[[\\d;]*m`));
      seat.type(ctrl("c"));
      await seat.ended;
    }
  });

  it.each([["--plain", ["--plain"], {}], ["TERM=dumb", [], { TERM: "dumb" }]] as const)("%s are asked line by line, without a single escape", async (_name, args, env) => {
    const life = ship();
    const seat = sit(life, args, { env });
    await seat.answer(["Title?", "Lookups, cached"], ["Why?", "Lecteurs déçus 記事."], expected, ["Who answers for it?", "2"], ["What to know when undoing it?", "-"], ["Write it?", "s"]);
    await seat.shows("## Why");
    await seat.answer(look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(seat.shown()).not.toContain(escape);
    expect(seat.shown()).not.toMatch(/[\u2500-\u259f]/);
    const { markdown, record } = written(life);
    expect(record).toMatchObject({ title: "Lookups, cached", owner: { name: "Ada Osei" } });
    expect(section(markdown, "Why")).toBe("Lecteurs déçus 記事.");
    expect(seat.shown().replaceAll("\r", "").split("\n").slice(0, 4)).toEqual([
      "Title? (Enter takes: Cache article lookups; e: your editor; -: leave it empty) Lookups, cached",
      "The commits say:",
      expect.stringMatching(/^ {2}[0-9a-f]{7} Readers waited for each article\.$/),
      "Why? (Enter quotes the commits; e: your editor) Lecteurs déçus 記事.",
    ]);
  });

  it("in plain lines take what is proposed by Enter, and a choice only from those there are", async () => {
    const life = ship();
    const seat = sit(life, ["--plain"]);
    await seat.answer(title, why, expected, ["Who answers for it?", "9"]);
    await seat.shows("One of 1, 2, 3.");
    await seat.answer(["Which?", ""], undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(written(life).record).toMatchObject({ title: "Cache article lookups", owner: { name: "@web-team" } });
  });
});
