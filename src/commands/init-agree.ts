import { relative } from "node:path";
import type { Invocation } from "../invocation.ts";
import { oneLine } from "../terminal.ts";
import type { PlannedWrite } from "../write/plan.ts";
import { jobFiles } from "./init-ci.ts";
import { difference } from "./init-difference.ts";
import type { InitRequest } from "./init-request.ts";

/** A file that would be written. */
export interface Offer extends PlannedWrite {
  /** Relative to the root. */
  name: string;
  /** Whether a job stands there that is another: it is written over only where somebody says so. */
  isOther: boolean;
}

/** What of a plan changes something. */
export function offer(root: string, writes: readonly PlannedWrite[]): Offer[] {
  return writes.filter(({ state }) => state !== "unchanged").map((write) => {
    const name = relative(root, write.path);
    return { ...write, name, isOther: write.state === "changed" && Object.values(jobFiles).includes(name) };
  });
}

/**
 * Shows each file as it would be, or how it would change, and asks. Of a new configuration what is active is shown:
 * most of its comments tell of keys at their defaults. Where nobody can be asked, a job that stands stays.
 */
export async function agree({ terminal, dryRun }: Invocation, { force }: InitRequest, offers: readonly Offer[]): Promise<Offer[]> {
  if (dryRun) {
    for (const one of offers) terminal.result(`would write ${oneLine(one.name)} (${one.state})\n${shownDifference(one)}`);
    return [];
  }
  if (!terminal.interactive) {
    for (const one of offers) {
      if (one.state === "changed") terminal.result(`${oneLine(one.name)}:\n${shownDifference(one)}`);
      else terminal.say(`${oneLine(one.name)}, new, without its comments:\n${withoutComments(shownDifference(one))}`);
    }
    return offers.filter(({ isOther }) => !isOther || force);
  }
  const { confirm } = await import("../terminal-questions.ts");
  const agreed: Offer[] = [];
  for (const one of offers) {
    const isWhole = one.state === "changed" || Object.values(jobFiles).includes(one.name);
    terminal.warn(`\n${isWhole ? shownDifference(one) : `${withoutComments(shownDifference(one))}\n(and comments; \`shipnote init --dry-run\` shows all of it)`}\n`);
    if (await confirm(one.state === "new" ? `Write ${one.name}?` : one.isOther ? `${one.name} stands already. Write over it?` : `Change ${one.name} like this?`)) agreed.push(one);
  }
  return agreed;
}

function withoutComments(difference: string): string {
  return difference.split("\n").filter((line) => !/^\+\s*(?:#(?!!).*)?$/.test(line)).join("\n");
}

function shownDifference({ standing, content }: PlannedWrite): string {
  const before = standing === null ? null : Buffer.from(standing.content).toString("utf8");
  return (difference(before, Buffer.from(content).toString("utf8")) ?? "").split("\n").map(oneLine).join("\n");
}
