import type { Repository } from "../git/repository.ts";
import type { Applies } from "../record/schema.ts";
import { canTry, tryUndo, unknown } from "./trial.ts";
import { readUndo } from "./undo.ts";

/**
 * Would these commands of a plan undo their ship on HEAD as it is now? `unknown` where they are not of our form,
 * where git is older than 2.38 and where objects are missing.
 */
export async function wouldApply(repository: Repository, commands: readonly string[]): Promise<Applies> {
  const { head } = repository;
  const undo = readUndo(commands);
  const trial = undo === null || head === null || !canTry(repository) ? unknown : await tryUndo(repository, undo, head);
  return { ...trial, against: head };
}
