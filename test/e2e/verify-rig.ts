import { execFileSync } from "node:child_process";
import { expect } from "vitest";
import type { Finding, ListedException } from "../../src/record/finding.ts";
import type { ChangeRecord } from "../../src/record/schema.ts";
import { type Life, makeLife, type Written, writtenSo } from "./life.ts";

export interface Verified {
  status: number | null;
  findings: Finding[];
  exceptions: ListedException[];
  records: number;
  unrendered: { sealed: number; open: number };
}

export function verify(life: Life, ...args: string[]): Verified {
  const answer = life.call(["verify", "--json", ...args]);
  expect(answer.stderr).toBe("");
  return { ...(JSON.parse(answer.stdout) as Omit<Verified, "status">), status: answer.status };
}

export const told = ({ findings }: Pick<Verified, "findings">): string[] => findings.map(({ code, path, line }) => `${code} ${path ?? "-"}${line === null ? "" : `:${line}`}`);

function bench(seconds: readonly number[]): string {
  return JSON.stringify({ results: [{ command: "sort", mean: 1, stddev: 1, median: 1, user: 1, system: 1, min: 1, max: 1, times: seconds, exit_codes: seconds.map(() => 0) }] });
}

export interface Shipped { life: Life; ship: Written; facts: string; markdown: string; plot: string }

/** A measured ship whose record is committed. */
export function shipped(config = ""): Shipped {
  const life = makeLife();
  const before = [0.412, 0.409, 0.415, 0.42, 0.411, 0.408, 0.414, 0.413, 0.41, 0.416];
  life.write("before.json", bench(before));
  life.write("after.json", bench(before.map((seconds) => seconds - 0.25)));
  life.commit("Base", { "a.ts": "1\n2\n3\n", "CODEOWNERS": "* @web-team\n", ".gitignore": "before.json\nafter.json\n", ...(config === "" ? {} : { "shipnote.config.yaml": config }) });
  life.commit("Sort names (#12)\n\nReviewed-by: Bo Lind <bo@example.org>", { "a.ts": "1\n2\n4\n" });
  const ship = life.record(["--from", "HEAD~1", "--before", "sort=before.json", "--after", "sort=after.json", "--reason", "It was slow.", "--command", "make deploy"]);
  life.commitNotes();
  return { life, ship, facts: ship.data, markdown: ship.path, plot: `notes/2024/${ship.id}/sort-duration.svg` };
}

/** The same as another version of shipnote, with other templates, would have written it. */
export function shippedByAnother(config = ""): Shipped {
  const made = shipped(config);
  change(made, (record) => {
    record.generator.version = "0.0.1";
    record.generator.templates = "0".repeat(64);
  });
  writtenSo(made.life, made.facts);
  made.life.commitNotes();
  return made;
}

export function change({ life, facts }: Shipped, by: (record: ChangeRecord) => void): void {
  const record = JSON.parse(life.read(facts)) as ChangeRecord;
  by(record);
  life.write(facts, `${JSON.stringify(record, null, 2)}\n`);
}

/** Runs what is told to mend, as it stands. */
export function mend(life: Life, findings: readonly Finding[]): void {
  for (const command of new Set(findings.map((finding) => finding.mend))) {
    if (!command.startsWith("shipnote ")) {
      execFileSync("sh", ["-ec", command], { cwd: life.directory, stdio: "pipe" });
      continue;
    }
    const answer = life.call([...command.split(" ").slice(1), ...(command.startsWith("shipnote record") ? ["--yes"] : [])]);
    if (answer.status !== 0) throw new Error(`${command} ended with ${answer.status}: ${answer.stderr}`);
  }
}
