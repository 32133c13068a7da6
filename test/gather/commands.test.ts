import { describe, expect, it } from "vitest";
import { type CommandScope, selectCommands } from "../../src/gather/commands.ts";
import { command as commandSchema, type Command } from "../../src/record/schema.ts";
import type { JournalEntry } from "../../src/state/journal.ts";

const entry = (id: string, more: Partial<JournalEntry> = {}): JournalEntry => ({
  id, name: null, kind: "deploy", kindSource: "flag", source: "captured", command: `make ${id}`, directory: ".", head: null,
  startedAt: "2026-11-24T09:11:30.000Z", durationMs: 10, state: "ended", exitCode: 0, signal: null, output: null, redactions: [],
  environment: null, component: null, takenBy: null, pid: 1, processStart: null, ...more,
});
const scope: CommandScope = { environment: "production", component: null, since: null, until: null, standing: null, capture: true };
const said = (command: string) => ({ command, redactions: [] });
const ids = (commands: readonly Command[]): string[] => commands.map(({ id }) => id);

describe("which entries a new record takes", () => {
  const rows: [name: string, entry: Partial<JournalEntry>, scope: Partial<CommandScope>, taken: boolean][] = [
    ["one of no environment", {}, {}, true],
    ["one of its environment", { environment: "production" }, {}, true],
    ["none of another environment", { environment: "staging" }, {}, false],
    ["one of its component", { component: "api" }, { component: "api" }, true],
    ["one of no component, for a component", {}, { component: "api" }, true],
    ["none of a component, for a record without", { component: "api" }, {}, false],
    ["none of another component", { component: "web" }, { component: "api" }, false],
    ["none that another record has", { takenBy: "2026-11-01-x" }, {}, false],
    ["one that began afterwards", {}, { since: "2026-11-24T09:11:29Z" }, true],
    ["none that began before", {}, { since: "2026-11-24T09:11:31Z" }, false],
    ["none that began at the very moment", {}, { since: "2026-11-24T09:11:30Z" }, false],
    ["one that began in the same second, after", { startedAt: "2026-11-24T09:11:30.001Z" }, { since: "2026-11-24T09:11:30Z" }, true],
    ["none that began after the line's next record was written", {}, { until: "2026-11-24T09:11:29Z" }, false],
    ["one that began before that", {}, { until: "2026-11-24T09:11:31Z" }, true],
    ["one that still runs", { state: "running", durationMs: null, exitCode: null }, {}, true],
    ["one that failed", { exitCode: 1 }, {}, true],
    ["none with --no-commands", {}, { capture: false }, false],
  ];
  it.each(rows)("%s", (_name, more, changed, taken) => {
    const result = selectCommands([entry("a", more)], [], { ...scope, ...changed });
    expect(ids(result.commands)).toEqual(taken ? ["a"] : []);
    expect(result.taken).toEqual(taken ? ["a"] : []);
  });

  it("keeps nothing of the journal's own", () => {
    const [command] = selectCommands([entry("a")], [], scope).commands;
    expect(commandSchema.strict().parse(command)).toEqual(command);
  });

  it("puts them in the order of their start, then of their ids", () => {
    const journal = [entry("c"), entry("b", { startedAt: "2026-11-24T09:12:00.000Z" }), entry("a"), entry("d", { startedAt: "2026-11-24T09:11:30Z" })];
    expect(ids(selectCommands(journal, [], scope).commands)).toEqual(["a", "c", "d", "b"]);
  });
});

describe("a record brought up to date", () => {
  const { commands } = selectCommands([entry("a"), entry("b", { state: "running", durationMs: null, exitCode: null })], [], scope);
  const standing = { id: "2026-11-24-x", commands };

  it("keeps what it has, even with an empty journal", () => {
    expect(selectCommands([], [], { ...scope, standing })).toEqual({ commands, taken: [] });
    expect(selectCommands([], [], { ...scope, standing, capture: false }).commands).toEqual(commands);
  });

  it("completes what ran when it was taken", () => {
    const ended = entry("b", { takenBy: standing.id, durationMs: 900, exitCode: 3, redactions: ["token"], output: { tail: "t", bytes: 1, sha256: null } });
    const result = selectCommands([entry("a", { takenBy: standing.id }), ended], [], { ...scope, standing });
    expect(result.taken).toEqual([]);
    expect(result.commands[1]).toMatchObject({ id: "b", state: "ended", durationMs: 900, exitCode: 3, redactions: ["token"], output: { tail: "t" } });
  });

  it("says that one was killed", () => {
    const killed = entry("b", { takenBy: standing.id, state: "killed", durationMs: null, exitCode: null });
    expect(selectCommands([killed], [], { ...scope, standing }).commands[1]).toMatchObject({ id: "b", state: "killed" });
  });

  it("changes no command that had ended", () => {
    const masked = { ...standing, commands: commands.map((each) => (each.id === "a" ? { ...each, command: "[masked]" } : each)) };
    expect(selectCommands([entry("a", { takenBy: standing.id })], [], { ...scope, standing: masked }).commands[0]?.command).toBe("[masked]");
  });

  it("adds what was run since, and what it marked but never came to write", () => {
    const result = selectCommands([entry("new"), entry("marked", { takenBy: standing.id }), entry("other", { takenBy: "2026-11-23-y" })], [], { ...scope, standing });
    expect(ids(result.commands).sort()).toEqual(["a", "b", "marked", "new"]);
    expect(result.taken).toEqual(["new", "marked"]);
  });
});

describe("commands that somebody states", () => {
  it("are said, not captured, come last, and are not doubled when said again", () => {
    const first = selectCommands([entry("z")], [said("ssh web1 systemctl restart app"), said("npm test")], scope).commands;
    expect(first.map(({ source, command, kind, kindSource }) => [source, command, kind, kindSource])).toEqual([
      ["captured", "make z", "deploy", "flag"],
      ...[["stated", "ssh web1 systemctl restart app", "other", null], ["stated", "npm test", "verify", "guessed"]].sort((a, b) => {
        const idOf = (text: string | null | undefined): string => first.find(({ command }) => command === text)?.id ?? "";
        return idOf(a[1]) < idOf(b[1]) ? -1 : 1;
      }),
    ]);
    expect(first.every((command) => commandSchema.safeParse(command).success)).toBe(true);
    expect(first[1]).toMatchObject({ startedAt: null, durationMs: null, exitCode: null, output: null });
    expect(selectCommands([], [said("npm test")], { ...scope, standing: { id: "x", commands: first } }).commands).toEqual(first);
  });
});
