import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Fixture, makeRepository } from "../git-fixture.ts";
import { spawned } from "./refusal.ts";
import { type Answer, document, shipnote } from "./tool.ts";

let fixture: Fixture;
beforeAll(() => {
  fixture = makeRepository();
  fixture.commit("Greet", { "greet.txt": "hello\n" });
});
afterAll(() => fixture.remove());

/** A line of shell in which `tool` is the packed tool. */
function shell(line: string): Answer {
  return spawned("sh", ["-c", `tool() { "${process.execPath}" "${inject("tool")}" "$@"; }; ${line}`], fixture.directory);
}

const written = (): string => readFileSync(join(fixture.directory, "notes/2026/2026-11-24-greet.md"), "utf8");
const trace = /Unhandled|node:events|EPIPE|\n\s+at /;

describe("a stdout that nobody reads", () => {
  it.each([
    ["record --yes --reason R", "## Why\n\nR\n"],
    ["record --yes --json --expected E", "## Expected result\n\nE\n"],
  ])("%s: the record is written all the same", (call, text) => {
    // The reader is gone before anything is written.
    const { stderr, stdout } = shell(`{ tool ${call}; echo "status $?" >&2; } | true`);
    expect(stdout).toBe("");
    expect(stderr).not.toMatch(trace);
    expect(stderr).toMatch(/status 0\n$/);
    expect(written()).toContain(text);
  });

  it.each(["list", "list --json", "show", "schema record", "--help", "record --help", "--version", "rollback", "recrod --json", "run -- echo out"])("%s: no stack trace", (call) => {
    const { stderr } = shell(`{ tool ${call}; echo "status $?" >&2; } | true`);
    expect(stderr).not.toMatch(trace);
    expect(stderr).toMatch(call.startsWith("recrod") ? /status 2\n$/ : /status (?:0|141)\n$/);
  });

  it("more than a pipe holds: head -1 gets its line", () => {
    const { stdout, stderr } = shell("{ tool schema record; echo \"status $?\" >&2; } | head -1");
    expect({ stdout, stderr }).toEqual({ stdout: "{\n", stderr: "status 0\n" });
  });

  it("closed streams", () => {
    const { status, stderr } = shell("tool record --yes --assumptions A >&-");
    expect({ status, trace: trace.test(stderr) }).toEqual({ status: 0, trace: false });
    expect(written()).toContain("A\n");
    expect(shell("tool list 2>&-").stdout).toMatch(/^2026-11-24 09:00 {2}production/);
    expect(shell("tool recrod 2>&- >&-")).toMatchObject({ status: 2, stdout: "", stderr: "" });
    expect(shell("tool record --yes <&-").status).toBe(0);
  });
});

describe("a stdout that takes nothing", () => {
  it.each(["list", "list --json", "show", "record --yes --stdout", "record --yes --title New", "--help"])("%s: one error of three parts", (call) => {
    const { status, stderr } = shell(`tool ${call} >/dev/full`);
    expect(status).toBe(3);
    expect(stderr).toContain("shipnote: The result could not be printed (ENOSPC).\n  expected: a stdout that takes it; what was to be written elsewhere is written\n  Safe to run again");
    expect(stderr).not.toMatch(trace);
  });

  it("has the record written", () => {
    expect(written()).toContain("# New\n");
  });

  it("and a stderr that takes nothing is no matter", () => {
    expect(shell("tool list 2>/dev/full").status).toBe(0);
    expect(shell("tool record --yes --rollback 'Call them.' 2>/dev/full").stdout).toBe("wrote notes/2026/2026-11-24-greet.md\n");
  });
});

it("--json prints one document and nothing else, whatever is said besides", () => {
  const answer = shipnote(fixture.directory, ["record", "--yes", "--json"]);
  expect(Object.keys(document(answer))).toEqual(["status", "id", "path", "data", "record"]);
  expect(answer.stderr).toBe("");
});
