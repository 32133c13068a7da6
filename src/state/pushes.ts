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

/** A ship on its way: its push was announced, and nothing has shown yet that the remote took it. */
export interface AnnouncedShip {
  /** The tracking ref that moves once it has arrived. */
  ref: string;
  /** What the remote's branch was; null where it was new. */
  from: string | null;
  to: string;
  /** When it was announced, ISO 8601 in UTC. */
  at: string;
  /** The process of the push that announced it, where that is known. */
  push?: string | null;
}

/** Ships that are postponed, oldest first. What cannot be read is as good as none: a record can be written without. */
export function readPostponed(stateDirectory: string): PostponedShip[] {
  return readShips(postponedPath(stateDirectory), isPostponed);
}

/** Ships of which it is not known whether they have arrived. */
export function readAnnounced(stateDirectory: string): AnnouncedShip[] {
  return readShips(announcedPath(stateDirectory), isAnnounced);
}

/** Whether just this ship is waiting for a record. */
export function isWaiting(stateDirectory: string, ship: PostponedShip): boolean {
  return readPostponed(stateDirectory).some((one) => sameShip(one, ship));
}

/** Whether two ships are of one line. */
export function sameLine(one: Pick<PostponedShip, "environment" | "component">, other: Pick<PostponedShip, "environment" | "component">): boolean {
  return one.environment === other.environment && one.component === other.component;
}

/**
 * Keeps some ships until they are recorded; another push may do the same at the same time.
 *
 * @throws Failure `disk-full`, `not-writable`, `locked`
 */
export async function postpone(stateDirectory: string, ships: readonly PostponedShip[]): Promise<void> {
  await change(stateDirectory, (kept) => [...kept.filter((one) => !ships.some((other) => sameShip(one, other))), ...ships]);
}

/**
 * Keeps a ship in the place of those that it is made of.
 *
 * @returns whether all of them were waiting still; else nothing is changed, for somebody else has taken one along
 * @throws Failure `disk-full`, `not-writable`, `locked`
 */
export async function exchange(stateDirectory: string, parts: readonly PostponedShip[], whole: PostponedShip): Promise<boolean> {
  let stood = false;
  await change(stateDirectory, (kept) => {
    stood = parts.every((part) => kept.some((one) => sameShip(one, part)));
    return stood ? [...kept.filter((one) => ![...parts, whole].some((other) => sameShip(one, other))), whole] : kept;
  });
  return stood;
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

/** Keeps ships that are on their way, and forgets those that have arrived, or never will. @throws Failure `disk-full`, `not-writable`, `locked` */
export async function announce(stateDirectory: string, ships: readonly AnnouncedShip[], over: readonly AnnouncedShip[]): Promise<void> {
  const gone = [...ships, ...over];
  await withLock(stateDirectory, async () => {
    const kept = readAnnounced(stateDirectory);
    const next = [...kept.filter((one) => !gone.some(({ ref, to }) => one.ref === ref && one.to === to)), ...ships];
    replaceIfChanged(announcedPath(stateDirectory), kept, next);
  });
}

async function change(stateDirectory: string, to: (kept: PostponedShip[]) => PostponedShip[]): Promise<void> {
  await withLock(stateDirectory, async () => {
    const kept = readPostponed(stateDirectory);
    replaceIfChanged(postponedPath(stateDirectory), kept, to(kept));
  });
}

function replaceIfChanged(path: string, kept: readonly unknown[], next: readonly unknown[]): void {
  const text = JSON.stringify(next, null, 2);
  if (text !== JSON.stringify(kept, null, 2)) replaceFile(path, `${text}\n`);
}

function readShips<Ship>(path: string, isShip: (value: unknown) => value is Ship): Ship[] {
  try {
    const ships: unknown = JSON.parse(readIfThere(path) ?? "[]");
    return Array.isArray(ships) ? ships.filter(isShip) : [];
  } catch {
    return [];
  }
}

/** Whether two ships are one: of a line, and from the same commit to the same. */
export function sameShip(one: PostponedShip, other: PostponedShip): boolean {
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

function postponedPath(stateDirectory: string): string {
  return join(stateDirectory, "pushes", "postponed.json");
}

/** Not `announced.*`: that are the lists of pushes under way, as the hooks keep them. */
function announcedPath(stateDirectory: string): string {
  return join(stateDirectory, "pushes", "arriving.json");
}

function isAnnounced(value: unknown): value is AnnouncedShip {
  if (typeof value !== "object" || value === null) return false;
  const { ref, from, to, at, push = null } = value as Record<string, unknown>;
  return typeof ref === "string" && (push === null || typeof push === "string") && (from === null || typeof from === "string") && typeof to === "string" && typeof at === "string";
}

function isPostponed(value: unknown): value is PostponedShip {
  if (typeof value !== "object" || value === null) return false;
  const { environment, component, from, to, at } = value as Record<string, unknown>;
  return typeof environment === "string" && (component === null || typeof component === "string") &&
    (from === null || typeof from === "string") && typeof to === "string" && typeof at === "string";
}
