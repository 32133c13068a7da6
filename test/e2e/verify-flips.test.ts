import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, expect, it } from "vitest";
import { parse } from "yaml";
import { splitLines } from "../../src/document/lines.ts";
import { findRegions } from "../../src/document/regions.ts";
import { treeJson } from "../../src/document/tree.ts";
import type { Finding } from "../../src/record/finding.ts";
import { type Life, makeLife, removeAll, writtenSo } from "./life.ts";

/*
 * 2,000 bytes of records, each changed at random (fixed seed): a record at a time has one byte changed in one of its
 * files, all records are judged in one run, then everything is put back. Half of them another version of shipnote wrote.
 */

const flips = 2000;
const ships = 40;

afterAll(removeAll);

/** Numerical Recipes' generator: the same numbers everywhere. */
let seed = 20261124;
function random(below: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}

interface Target { id: string; path: string; bytes: Buffer }

type Kind = "same" | "free" | "counts";

/** What a change of a record.json is. */
function kindInFacts(before: string, after: string): Kind {
  let value: unknown;
  try {
    value = JSON.parse(after);
  } catch {
    return "counts";
  }
  return isDeepStrictEqual(JSON.parse(before), value) ? "same" : "counts";
}

/** What a change of a markdown is: in a region, the front matter or the heading, or in what people write. */
async function kindInMarkdown(before: string, after: string, at: number): Promise<Kind> {
  const place = Buffer.from(before).subarray(0, at).toString("utf8").length;
  const front = /^---\n[\s\S]*?\n---\n/.exec(before)?.[0].length ?? 0;
  if (place < front) {
    try {
      const [one, other] = [before, after].map((text) => JSON.stringify(parse(/^---\n([\s\S]*?)\n---\n/.exec(text)?.[1] ?? "x")));
      return one === other ? "same" : "counts";
    } catch {
      return "counts";
    }
  }
  const regions = await findRegions(before);
  const region = regions.find(({ outerStart, outerEnd }) => place >= outerStart && place < outerEnd);
  if (region === undefined) {
    // White space around a marker or a heading changes neither; the title's line is ours.
    const line = splitLines(before).find(({ start, next }) => place >= start && place < next);
    const isTitle = line !== undefined && before.slice(line.start, line.end).startsWith("# ");
    if (!isTitle) return "free";
    return treeJson(before.slice(front)) === treeJson(after.slice(front)) ? "same" : "counts";
  }
  if (region.name === "checklist" && isTickOrNote(before, after)) return "free";
  return treeJson(before.slice(front)) === treeJson(after.slice(front)) ? "same" : "counts";
}

/** In the checklist what stands in a box is people's, and so is what stands behind an item. */
function isTickOrNote(before: string, after: string): boolean {
  const strip = (text: string): string => text.replace(/^([-*+]) \[[ xX]\] /gm, "$1 [ ] ");
  return strip(before) === strip(after);
}

function bench(start: number): string {
  const times = Array.from({ length: 10 }, (_, at) => start + ((at * 7) % 10) / 1000);
  return JSON.stringify({ results: [{ command: "sort", mean: 1, stddev: 1, median: 1, user: 1, system: 1, min: 1, max: 1, times, exit_codes: times.map(() => 0) }] });
}

function writtenByAnother(life: Life, facts: string): void {
  life.edit(facts, /"version": "\d+\.\d+\.\d+"/, '"version": "0.0.1"');
  life.edit(facts, /"templates": "[0-9a-f]{64}"/, `"templates": "${"0".repeat(64)}"`);
  writtenSo(life, facts);
}

function archive(): { life: Life; targets: Target[] } {
  const life = makeLife();
  life.commit("Base", { "a.ts": "0\n", "CODEOWNERS": "* @web-team\n", ".gitignore": "*.json\n!record.json\n" });
  for (let ship = 0; ship < ships; ship += 1) {
    life.commit(`Change ${ship} of names (#${ship + 10})\n\nBecause of ${ship}.\n\nReviewed-by: Bo Lind <bo@example.org>`, { "a.ts": `${ship}\n`, [`f${ship}.ts`]: "one\ntwo\n" });
    life.commit(`Add table ${ship}`, { [`db/migrations/${ship}.sql`]: `CREATE TABLE t${ship} (name text);\n` });
    const measured = ship % 4 === 0;
    if (measured) {
      life.write("before.json", bench(0.4));
      life.write("after.json", bench(0.1 + ship / 100));
    }
    const written = life.record(["--from", "HEAD~2", "--reason", "It was slow.", "--command", "make deploy", ...(measured ? ["--before", "sort=before.json", "--after", "sort=after.json"] : [])]);
    if (ship % 8 < 4) writtenByAnother(life, written.data);
  }
  const folder = join(life.directory, "notes", "2024");
  const targets = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.(?:md|json|svg)$/.test(name)).sort()
    .map((name) => ({ id: name.split("/")[0]?.replace(/\.md$/, "") ?? "", path: join(folder, name), bytes: readFileSync(join(folder, name)) }));
  return { life, targets };
}

it(`finds what matters of ${flips} bytes changed at random`, { timeout: 900_000 }, async () => {
  const { life, targets } = archive();
  const ids = [...new Set(targets.map(({ id }) => id))];
  expect(ids).toHaveLength(ships);
  expect(targets.filter(({ path }) => path.endsWith(".svg")).length).toBeGreaterThan(5);
  const counts = { same: 0, free: 0, counts: 0 };
  const escaped: string[] = [];
  const needless: string[] = [];
  for (let done = 0; done < flips; done += ids.length) {
    const changed = await Promise.all(ids.map(async (id) => {
      const own = targets.filter((target) => target.id === id);
      const target = own[random(own.length)] ?? { id, path: "", bytes: Buffer.alloc(0) };
      const at = random(target.bytes.length);
      const bytes = Buffer.from(target.bytes);
      bytes[at] = (bytes[at] ?? 0) ^ (1 + random(255));
      writeFileSync(target.path, bytes);
      const [before, after] = [target.bytes.toString("utf8"), bytes.toString("utf8")];
      const kind: Kind = Buffer.from(after).equals(bytes) ? target.path.endsWith(".json") ? kindInFacts(before, after) : target.path.endsWith(".md") ? await kindInMarkdown(before, after, at) : "counts" : "counts";
      return { ...target, at, kind, said: `${target.path.slice(life.directory.length + 1)}@${at}: ${JSON.stringify(before.slice(Math.max(0, at - 40), at + 20))} became ${JSON.stringify(after.slice(Math.max(0, at - 40), at + 20))}` };
    }));
    const { findings } = JSON.parse(life.call(["verify", "--json"]).stdout) as { findings: Finding[] };
    const found = new Set(findings.map(({ record }) => record));
    for (const { id, path, bytes, kind, said } of changed) {
      counts[kind] += 1;
      if (kind === "counts" && !found.has(id)) escaped.push(said);
      if (kind === "same" && found.has(id)) needless.push(said);
      writeFileSync(path, bytes);
    }
  }
  expect(life.call(["verify"]).status).toBe(0);
  expect(escaped).toEqual([]);
  expect(needless).toEqual([]);
  // Most of a record is ours.
  expect(counts.counts).toBeGreaterThan(flips * 0.8);
  expect(counts.same + counts.free + counts.counts).toBe(flips);
});
