import type { Repository } from "../git/repository.ts";
import type { RollbackPlan } from "../record/schema.ts";
import { asApplies, wouldApply } from "./applies.ts";
import { commented, commentedCommand } from "./comment.ts";
import { type ShippedTree, deriveUndo } from "./derive.ts";
import { unknown } from "./trial.ts";
import { printUndo, readUndo, shellWord } from "./undo.ts";

/** What a plan rests on. */
export interface RollbackInput extends Omit<ShippedTree, "range"> {
  /** null for a ship without commits. */
  range: ShippedTree["range"] | null;
  /** `rollback` in the configuration; its commands win over what is derived. */
  configured: { strategy: Exclude<RollbackPlan["strategy"], "none">; commands: readonly string[] | null } | null;
  /** The last deploy that succeeded, as one line of sh: named, not run, as it may take the version that it deployed. */
  deployCommand: string | null;
  /** Where it ran, relative to the root; null or `.`: there. */
  deployDirectory?: string | null;
  /** What `{artifact}` and `{previousArtifact}` stand for. */
  artifact?: string | null;
  previousArtifact?: string | null;
  /** The plan of this very range that a record holds: its form and its answer stay. */
  standing?: Pick<RollbackPlan, "commands" | "applies"> | null;
}

/** A plan without what is found elsewhere. */
export type PlannedRollback = Pick<RollbackPlan, "strategy" | "commands" | "applies">;

/**
 * The commands that undo a ship, each one line of sh, and whether they would apply to HEAD.
 *
 * Derived ones never touch the notes: they name the ship's own commits, or lay its net difference, without the
 * notes, on the tree at hand. Where reverting one by one would conflict and the net difference would not, it is
 * the net difference.
 */
export async function planRollback(repository: Repository, input: RollbackInput): Promise<PlannedRollback> {
  const { range, configured, standing } = input;
  const strategy = configured?.strategy ?? "revert";
  const said = configured?.commands ?? [];
  const unanswered = asApplies(unknown, repository.head);
  if (said.length > 0) {
    const filled = said.map((line) => fill(line, input));
    const complete = filled.every(({ missing }) => !missing);
    // A revert that lacks a word (`{merge}` where nothing was merged) would fail: then it is derived after all.
    if (complete || strategy !== "revert" || range === null) {
      const commands = filled.map(({ line }) => line);
      return { strategy, commands, applies: standing?.applies ?? await wouldApply(repository, commands) };
    }
  }
  // Without commits there is nothing to revert, and nobody said what to do instead.
  if (range === null) return { strategy: strategy === "revert" ? "none" : strategy, commands: [], applies: unanswered };
  const deploy = deployLine(input);
  if (strategy === "redeploy" && range.from !== null) {
    return { strategy, commands: [`git switch --detach ${range.from.slice(0, 12)}`, ...deploy], applies: unanswered };
  }
  if (strategy !== "revert") return { strategy, commands: [], applies: unanswered };
  const kept = standing === undefined || standing === null ? null : readUndo(standing.commands);
  if (kept !== null && standing) {
    return { strategy, commands: [...printUndo(kept, messageOf(input)), ...deploy], applies: standing.applies };
  }
  const derived = await deriveUndo(repository, { ...input, range });
  if (derived === null) return { strategy: "none", commands: [], applies: unanswered };
  const commands = [...printUndo(derived.undo, messageOf(input)), ...deploy];
  return { strategy, commands, applies: asApplies(derived.trial, repository.head) };
}

function fill(line: string, { range, commits, artifact, previousArtifact }: RollbackInput): { line: string; missing: boolean } {
  const short = (sha: string | null | undefined): string | null => sha?.slice(0, 12) ?? null;
  const values: Record<string, string | null> = {
    from: short(range?.from),
    to: short(range?.to),
    merge: short(commits.find(({ parents }) => parents > 1)?.sha),
    artifact: artifact ?? null,
    previousArtifact: previousArtifact ?? null,
  };
  let missing = false;
  // A word that is not known stays as it stands: half a command is not to be run.
  const filled = line.replace(/\{(from|to|merge|artifact|previousArtifact)\}/g, (placeholder, name: string) => {
    const value = values[name] ?? null;
    if (value === null) missing = true;
    return value === null ? placeholder : shellWord(value);
  });
  return { line: filled.replace(/\s*\n\s*/g, " "), missing };
}

/**
 * A comment of sh. Said again as it was, a deploy that takes a tag or a commit would bring back what was undone. What
 * was masked was an assignment's value as a rule; then the command finds it where it found it before.
 */
function deployLine({ deployCommand, deployDirectory }: RollbackInput): string[] {
  if (deployCommand === null || /[\r\n]/.test(deployCommand)) return [];
  const line = deployCommand.replace(/(^|\s)[A-Za-z_]\w*=\[masked\](?=\s|$)/g, "").trim();
  if (line === "") return [];
  const folder = deployDirectory ?? ".";
  const where = folder === "." ? "" : ` in ${commented(folder)}`;
  return [`# then deploy again. This ship was deployed${where} by: ${commentedCommand(line)}`];
}

function messageOf({ range, direction }: RollbackInput): string {
  const from = range?.from?.slice(0, 12);
  const to = range?.to.slice(0, 12) ?? "";
  if (from === undefined) return `Undo everything up to ${to}`;
  return direction === "rollback" ? `Ship ${from} again` : `Undo ${from}..${to}`;
}
