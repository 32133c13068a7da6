import { join } from "node:path";
import { readIfThere, replaceFile } from "./files.ts";

/** A ship that reached its remote and has no record, because whoever pushed it said: later. */
export interface PostponedShip {
  environment: string;
  component: string | null;
  /** Where the first push that was postponed began; null where the branch was new. */
  from: string | null;
  to: string;
  /** When the remote had it, ISO 8601 in UTC. */
  at: string;
}

/** The ships that are postponed, one a line. What cannot be read is as good as none: a record can be written without. */
export function readPostponed(stateDirectory: string): PostponedShip[] {
  try {
    const ships: unknown = JSON.parse(readIfThere(pathIn(stateDirectory)) ?? "[]");
    return Array.isArray(ships) ? ships.filter(isPostponed) : [];
  } catch {
    return [];
  }
}

/** Keeps a ship in place of the one that its line had. @throws Failure `disk-full`, `not-writable` */
export function postpone(stateDirectory: string, ship: PostponedShip): void {
  write(stateDirectory, [...without(stateDirectory, ship), ship]);
}

/** Forgets what a line had postponed: it is recorded now. */
export function settle(stateDirectory: string, line: Pick<PostponedShip, "environment" | "component">): void {
  const left = without(stateDirectory, line);
  if (left.length < readPostponed(stateDirectory).length) write(stateDirectory, left);
}

function without(stateDirectory: string, line: Pick<PostponedShip, "environment" | "component">): PostponedShip[] {
  return readPostponed(stateDirectory).filter(({ environment, component }) => environment !== line.environment || component !== line.component);
}

function write(stateDirectory: string, ships: readonly PostponedShip[]): void {
  replaceFile(pathIn(stateDirectory), `${JSON.stringify(ships, null, 2)}\n`);
}

function pathIn(stateDirectory: string): string {
  return join(stateDirectory, "pushes", "postponed.json");
}

function isPostponed(value: unknown): value is PostponedShip {
  if (typeof value !== "object" || value === null) return false;
  const { environment, component, from, to, at } = value as Record<string, unknown>;
  return typeof environment === "string" && (component === null || typeof component === "string") &&
    (from === null || typeof from === "string") && typeof to === "string" && typeof at === "string";
}
