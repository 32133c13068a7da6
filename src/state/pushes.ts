import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readIfThere, replaceFile } from "./files.ts";
import { withLock } from "./lock.ts";

/** A ship that reached its users and has no record yet: whoever was asked said later, or nobody could be asked. */
export interface PostponedShip {
  environment: string;
  component: string | null;
  /** Where the first push that was postponed began; null where the branch was new. */
  from: string | null;
  to: string;
  /** When it was there, ISO 8601 in UTC. */
  at: string;
}

/** Ships that are postponed, oldest first. What cannot be read is as good as none: a record can be written without. */
export function readPostponed(stateDirectory: string): PostponedShip[] {
  try {
    const ships: unknown = JSON.parse(readIfThere(pathIn(stateDirectory)) ?? "[]");
    return Array.isArray(ships) ? ships.filter(isPostponed) : [];
  } catch {
    return [];
  }
}

/** Whether two ships are of one line. */
export function sameLine(one: Pick<PostponedShip, "environment" | "component">, other: Pick<PostponedShip, "environment" | "component">): boolean {
  return one.environment === other.environment && one.component === other.component;
}

/**
 * Keeps some ships in the place of others; another push may do the same at the same time.
 *
 * @throws Failure `disk-full`, `not-writable`, `locked`
 */
export async function postpone(stateDirectory: string, ships: readonly PostponedShip[], inPlaceOf: readonly PostponedShip[] = []): Promise<void> {
  const gone = [...ships, ...inPlaceOf];
  await change(stateDirectory, (kept) => [...kept.filter((one) => !gone.some((other) => sameShip(one, other))), ...ships]);
}

/** Forgets a ship: it is recorded, or nothing of it is left to record. @throws Failure `disk-full`, `not-writable`, `locked` */
export async function settle(stateDirectory: string, ship: PostponedShip): Promise<void> {
  await change(stateDirectory, (kept) => kept.filter((one) => !sameShip(one, ship)));
}

/** Takes what was pushed so far as seen: each remote branch's log, as the hook keeps it to tell a push that brings nothing new. */
export function overlookPushes(stateDirectory: string): void {
  const logs = join(dirname(stateDirectory), "logs");
  for (const ref of filesBelow(join(logs, "refs", "remotes"), "refs/remotes")) {
    const line = readFileSync(join(logs, ref), "utf8").trimEnd().split("\n").at(-1) ?? "";
    if (!line.endsWith("\tupdate by push")) continue;
    const seen = join(stateDirectory, "pushes", `${ref}~`);
    mkdirSync(dirname(seen), { recursive: true });
    writeFileSync(seen, `${line}\n`);
  }
}

/** Lets the hook say anew that it finds no tool, where it has said so. */
export function forgetMissingTool(stateDirectory: string): void {
  rmSync(join(stateDirectory, "hook-without-tool"), { force: true });
}

async function change(stateDirectory: string, to: (kept: PostponedShip[]) => PostponedShip[]): Promise<void> {
  await withLock(stateDirectory, async () => {
    const kept = readPostponed(stateDirectory);
    const next = to(kept);
    if (JSON.stringify(next) !== JSON.stringify(kept)) replaceFile(pathIn(stateDirectory), `${JSON.stringify(next, null, 2)}\n`);
  });
}

function sameShip(one: PostponedShip, other: PostponedShip): boolean {
  return sameLine(one, other) && one.from === other.from && one.to === other.to;
}

function filesBelow(folder: string, name: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? filesBelow(join(folder, entry.name), `${name}/${entry.name}`) : [`${name}/${entry.name}`]);
  } catch {
    return [];
  }
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
