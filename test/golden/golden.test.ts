import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { shipnote } from "../e2e/tool.ts";
import { fixtureEnvironment } from "../git-fixture.ts";

/*
 * One folder a case: ship.sh makes the repository (fixed authors and dates, see prelude.sh), args holds one call of
 * the tool a line, expected/ the markdown that comes out. `npm run golden` writes expected/ anew; judge the diff.
 */

const root = import.meta.dirname;
const cases = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
const write = process.env["GOLDEN"] === "write";
const made: string[] = [];

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

describe("golden records", () => {
  it.each(cases)("%s", (name) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-golden-")));
    made.push(folder);
    execFileSync("sh", ["-e", "-c", `. "${join(root, "prelude.sh")}"; . "${join(root, name, "ship.sh")}"`], {
      cwd: folder,
      env: { ...fixtureEnvironment(Date.UTC(2026, 10, 24, 9) / 1000), HOME: folder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const line of readFileSync(join(root, name, "args"), "utf8").trim().split("\n")) {
      const answer = shipnote(folder, words(line), { env: { HOME: folder } });
      expect(`${answer.stderr}${answer.status ?? answer.signal}`).toMatch(/0$/);
    }
    const written = markdownBelow(join(folder, "notes"));
    const expectedFolder = join(root, name, "expected");
    if (write) {
      rmSync(expectedFolder, { recursive: true, force: true });
      for (const [path, text] of Object.entries(written)) {
        mkdirSync(dirname(join(expectedFolder, path)), { recursive: true });
        writeFileSync(join(expectedFolder, path), text);
      }
    }
    const expected = markdownBelow(expectedFolder);
    expect(written).toEqual(expected);
    expect(Object.keys(expected).length).toBeGreaterThan(0);
  });
});

/** Words as sh splits them, for the quotes that the cases use. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

function markdownBelow(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(entries.map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}
