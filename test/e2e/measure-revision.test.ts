import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Life, makeFolder, makeLife, removeAll } from "./life.ts";
import { document } from "./tool.ts";

/* `before --rev`: what it was like, for whoever forgot to measure. */

afterAll(removeAll);

const configuration = `
compare: { setup: cp rows.txt built.txt }
checks:
  rows:
    command: cat built.txt; pwd >&2; echo "$SHIPNOTE_ENV"
    rounds: 3
    metrics: { rows: { pattern: "rows=([0-9]+)", unit: rows, better: lower } }
`;

function twoCommits(config = configuration): { life: Life; one: string; two: string } {
  const life = makeLife();
  const one = life.commit("One", { "rows.txt": "rows=9\n", "server.mjs": server("old") });
  const two = life.commit("Two", { "rows.txt": "rows=2\n", "server.mjs": server("new, and longer"), "shipnote.config.yaml": config });
  return { life, one, two };
}

const server = (says: string): string =>
  `import { createServer } from "node:http";\ncreateServer((_, answer) => answer.end(${JSON.stringify(says)})).listen(Number(process.env.PORT), "127.0.0.1");\n`;

/** Nothing of a worktree is left: no entry of git's, no folder, no mark. */
function expectNothingLeft({ directory, git, has }: Life, temporary: string): void {
  expect(git("worktree", "list", "--porcelain").split("\n").filter((line) => line.startsWith("worktree "))).toEqual([`worktree ${directory}`]);
  expect(has(".git/worktrees")).toBe(false);
  expect(has(".git/shipnote/worktrees") ? readdirSync(join(directory, ".git/shipnote/worktrees")) : []).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
}

describe("before --rev", () => {
  it("measures the older commit as it was, by the configuration at hand, and leaves nothing behind", () => {
    const { life, one, two } = twoCommits();
    const temporary = makeFolder();
    life.write("rows.txt", "rows=77\n");
    const answer = life.call(["before", "--rev", "HEAD~1", "--json"], { env: { TMPDIR: temporary } });
    expect(document(answer)).toMatchObject({ status: "measured", commit: one });
    expect((document(answer)["metrics"] as { metric: string; measurement: unknown }[]).find(({ metric }) => metric === "rows")).toMatchObject({ measurement: { samples: [9, 9, 9], commit: one } });
    expect(life.has("built.txt")).toBe(false);
    expectNothingLeft(life, temporary);
    life.git("checkout", "-q", "--", ".");
    life.write("built.txt", "rows=2\n");
    const after = life.call(["after"]);
    expect(after.stdout).toMatch(/^rows rows +9 rows \(3\) +2 rows \(3\)/m);
    const { record } = life.record(["--from", one]);
    expect(record.metrics.find(({ metric }) => metric === "rows")).toMatchObject({ before: { commit: one, value: 9 }, after: { commit: two, value: 2 } });
  });

  it("is the ship's before also where it was measured after the deploy, and after the record", () => {
    const { life, one } = twoCommits();
    life.write("built.txt", "rows=2\n");
    expect(life.call(["run", "--as", "deploy", "--", "true"]).status).toBe(0);
    life.call(["after"]);
    const rowsOf = ({ record }: ReturnType<typeof life.record>) => record.metrics.find(({ metric }) => metric === "rows");
    expect(rowsOf(life.record(["--from", one]))).toMatchObject({ before: null, after: { value: 2 } });
    // Of the ship itself, and of what is at hand: no before of this ship.
    life.call(["before", "--rev", "HEAD"]);
    life.call(["before"]);
    expect(rowsOf(life.record())).toMatchObject({ before: null });
    life.call(["before", "--rev", one]);
    expect(rowsOf(life.record())).toMatchObject({ before: { commit: one, value: 9, carried: false }, after: { value: 2 }, comparison: { shift: -7 } });
  });

  it("ends where the set-up fails, with the end of what that printed, and leaves nothing behind", () => {
    const { life } = twoCommits(configuration.replace("cp rows.txt built.txt", "echo no such package; exit 7"));
    const temporary = makeFolder();
    const refused = life.refused(["before", "--rev", "HEAD~1"], { env: { TMPDIR: temporary } });
    expect(refused).toMatchObject({ status: 4, code: "check-failed", message: expect.stringMatching(/ended with 7.*no such package/s) });
    expect(life.has(".git/shipnote/results")).toBe(false);
    expectNothingLeft(life, temporary);
  });

  it("starts the server of an http check there, and leaves out what no tree decides", () => {
    const { life } = twoCommits(`
checks:
  page: { http: "http://127.0.0.1:1/", serve: "exec ${process.execPath} server.mjs", samples: 4, rounds: 2, warmup: 0 }
  live: { http: "http://127.0.0.1:1/" }
`);
    const temporary = makeFolder();
    const answer = life.call(["before", "--rev", "HEAD~1", "--json"], { env: { TMPDIR: temporary } });
    expect(answer.stderr).toContain("shipnote: live is left out: ");
    expect(document(answer)["metrics"]).toEqual(expect.arrayContaining([
      expect.objectContaining({ check: "page", metric: "body-size", measurement: expect.objectContaining({ value: 3 }) }),
      expect.objectContaining({ check: "page", metric: "error-rate", measurement: expect.objectContaining({ events: 0, count: 4 }) }),
    ]));
    expectNothingLeft(life, temporary);
    // What answers at the address is another server, if the same check.
    life.call(["after", "--only", "page"]);
    const { record } = life.record(["--from", "HEAD~1"]);
    expect(record.metrics.find(({ check, metric }) => check === "page" && metric === "error-rate")).toMatchObject({
      before: { count: 4 }, after: { count: 4 }, comparison: { verdict: "not-enough-data", notes: ["measured on a server of its own before, at its address after"] },
    });
  });

  it("is refused before anything is laid out: an unknown revision, and checks that no tree decides", () => {
    const { life } = twoCommits("checks: { live: { http: \"http://127.0.0.1:1/\" } }");
    expect(life.refused(["before", "--rev", "nothing"])).toMatchObject({ status: 2 });
    expect(life.refused(["before", "--rev", "HEAD~1"])).toMatchObject({ status: 2, code: "usage", message: expect.stringContaining("live: ") });
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("shipnote-before"))).toEqual([]);
  });
});
