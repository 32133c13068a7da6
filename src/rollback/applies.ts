import type { Repository } from "../git/repository.ts";
import type { Applies } from "../record/schema.ts";
import { type Trial, canTry, tryUndo, unknown } from "./trial.ts";
import { readUndo } from "./undo.ts";

/** Whether a plan would apply to HEAD as it is now; `undone`: every file that it touches is already as it would make it. */
export interface AppliesNow {
  status: Trial["status"];
  /** HEAD; null where it has no commit yet. */
  against: string | null;
  /** The paths in the way, none where they are not known one by one. */
  conflicts: string[];
  /** Why it is not known; null where it is. */
  why: string | null;
}

/**
 * Would these commands of a plan undo their ship on HEAD as it is now? Nothing is written into the repository.
 * `unknown` where they are not of our form, where git is older than 2.38 and where objects are missing.
 */
export async function appliesNow(repository: Repository, commands: readonly string[]): Promise<AppliesNow> {
  const { status, conflicts, why } = await ask(repository, commands);
  return { status, against: repository.head, conflicts: status === "undone" ? [] : conflicts, why };
}

/** The same as a record keeps it: git would stop at what is undone already, as it does at a conflict. */
export async function wouldApply(repository: Repository, commands: readonly string[]): Promise<Applies> {
  return asApplies(await ask(repository, commands), repository.head);
}

/** A trial as a record keeps it. */
export function asApplies({ status, conflicts }: Trial, against: string | null): Applies {
  return { status: status === "undone" ? "conflicts" : status, against, conflicts };
}

async function ask(repository: Repository, commands: readonly string[]): Promise<Trial & Pick<AppliesNow, "why">> {
  const undo = readUndo(commands);
  if (undo === null) return { ...unknown, why: "its commands are none that can be tried in memory" };
  if (repository.head === null) return { ...unknown, why: "HEAD has no commit yet" };
  if (!canTry(repository)) return { ...unknown, why: "git is older than 2.38" };
  const trial = await tryUndo(repository, undo, repository.head);
  return { ...trial, why: trial.status === "unknown" ? "objects that it takes are not here, as in a shallow or partial clone" : null };
}
