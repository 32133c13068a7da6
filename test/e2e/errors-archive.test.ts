import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Fixture, makeRepository } from "../git-fixture.ts";
import { refused, snapshot } from "./refusal.ts";
import { shipnote } from "./tool.ts";

const id = "2026-11-24-greet-twice";
let fixture: Fixture;
let facts: string;
let whole: string;
beforeAll(() => {
  fixture = makeRepository();
  fixture.commit("Greet", { "greet.txt": "hello\n" });
  fixture.commit("Greet twice", { "greet.txt": "hello\nhello\n" });
  shipnote(fixture.directory, ["record", "--yes"]);
  facts = join(fixture.directory, "notes/2026", id, "record.json");
  whole = readFileSync(facts, "utf8");
});
beforeEach(() => writeFileSync(facts, whole));
afterAll(() => fixture.remove());

/** What makes a record.json unreadable; each with the code and what is said of it. */
const damages: [what: string, damaged: () => string, code: string, message: string][] = [
  ["truncated", () => whole.slice(0, 700), "record-invalid", "it ends too early to be JSON"],
  ["empty", () => "", "record-invalid", "it is empty or cannot be read"],
  ["no JSON", () => whole.replace("\n  \"title\"", "\n  title"), "record-invalid", "it is no JSON: line 36, column 3"],
  ["from a newer version", () => whole.replace("\"version\": 1,", "\"version\": 2,"), "record-newer", "it is of version 2, written by a newer shipnote"],
  ["for another id", () => whole.replace(`"id": "${id}"`, "\"id\": \"2026-11-24-other\""), "record-invalid", `it is the record of "2026-11-24-other", not of ${id}`],
  ["no object", () => "[]\n", "record-invalid", "it is no JSON object"],
];

describe("a record.json that is", () => {
  it.each(damages)("%s", (_what, damaged, code, message) => {
    writeFileSync(facts, damaged());
    const refusal = refused(fixture.directory, ["record", "--yes", "--reason", "R"], [3, code]);
    expect(refusal.message).toBe(`${facts}: ${message}`);
    expect(refusal.expected).toBe("records that can be read, for the range of a ship rests on those before it");
    expect(refused(fixture.directory, ["show", id], [3, code]).message).toBe(`${facts}: ${message}.`);
  });

  it.each([["show"], ["rollback"], ["rollback", "--check"], ["index"], ["index", "--check"], ["runbook"]])("unreadable: %s does not pass over it", (...args) => {
    writeFileSync(facts, whole.slice(0, 700));
    const { message } = refused(fixture.directory, args, [3, "record-invalid"]);
    expect(message).toBe(`${facts}: it ends too early to be JSON`);
  });

  it("unreadable: list names it beside all that can be read", () => {
    const other = join(fixture.directory, "notes/2026/2026-11-23-before/record.json");
    mkdirSync(join(other, ".."));
    writeFileSync(other, whole.replaceAll(id, "2026-11-23-before"));
    writeFileSync(facts, whole.slice(0, 700));
    const before = snapshot(fixture.directory);
    const people = shipnote(fixture.directory, ["list"]);
    expect(people.status).toBe(3);
    expect(people.stdout).toBe("2026-11-24 09:01  production  not measured  Ada Osei  2026-11-23-before  Greet twice\n");
    expect(people.stderr).toBe([
      `shipnote: ${facts}: it ends too early to be JSON`,
      "shipnote: 1 record could not be read; all others are listed.",
      "  expected: a record.json that is whole, of this version, and in the folder of its own id",
      "  Running it again changes nothing until this is mended; nothing was lost.",
      "",
    ].join("\n"));
    const machines = shipnote(fixture.directory, ["list", "--json"]);
    expect(machines.status).toBe(3);
    expect(JSON.parse(machines.stdout)).toMatchObject({
      records: [{ id: "2026-11-23-before" }],
      problems: [{ path: facts, code: "record-invalid", message: "it ends too early to be JSON" }],
      error: { code: "record-invalid", retry: false },
    });
    expect(snapshot(fixture.directory)).toEqual(before);
    rmSync(join(other, ".."), { recursive: true });
  });

  it("of the right version with a wrong fact: the place is named", () => {
    writeFileSync(facts, whole.replace(/"shippedAt": "[^"]*"/, "\"shippedAt\": \"yesterday\""));
    expect(refused(fixture.directory, ["show", id], [3, "record-invalid"]).message).toBe(`${facts}: \`shippedAt\`: Invalid ISO datetime.`);
    refused(fixture.directory, ["record", "--yes", "--reason", "R"], [3, "record-invalid"]);
  });

  it("a link to nothing, or a folder", () => {
    rmSync(facts);
    symlinkSync("/nonexistent/record.json", facts);
    expect(refused(fixture.directory, ["record", "--yes"], [3, "record-invalid"]).message).toBe(`${facts}: it is empty or cannot be read`);
    rmSync(facts);
    mkdirSync(facts);
    expect(refused(fixture.directory, ["record", "--yes"], [3, "record-invalid"]).message).toBe(`${facts}: it is empty or cannot be read`);
    rmSync(facts, { recursive: true });
  });
});

describe("markdown that is", () => {
  const markdown = (): string => join(fixture.directory, "notes/2026", `${id}.md`);

  it("not UTF-8, so that its bytes would not come back", () => {
    const stands = readFileSync(markdown());
    writeFileSync(markdown(), Buffer.concat([stands, Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a])]));
    expect(refused(fixture.directory, ["record", "--yes", "--reason", "R"], [3, "record-invalid"]).message).toBe(`${markdown()}: it is not UTF-8.`);
    writeFileSync(markdown(), stands);
  });

  it("a folder", () => {
    const aside = `${fixture.directory}.md`;
    renameSync(markdown(), aside);
    mkdirSync(markdown());
    expect(refused(fixture.directory, ["show", id], [3, "not-readable"]).message).toBe(`${markdown()} cannot be read (EISDIR).`);
    refused(fixture.directory, ["record", "--yes", "--reason", "R"], [3, "not-readable"]);
    rmSync(markdown(), { recursive: true });
    renameSync(aside, markdown());
  });
});

it("what was refused went through once it was mended", () => {
  expect(shipnote(fixture.directory, ["record", "--yes", "--reason", "R"]).stdout).toBe(`wrote notes/2026/${id}.md\n`);
});
