import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { errorCode, Failure } from "../failure.ts";
import { runGit } from "./process.ts";
import type { Repository } from "./repository.ts";

/** The hooks that are ours: after a push has arrived, before one (for tags), after a merge. */
export const hookNames = ["reference-transaction", "pre-push", "post-merge"] as const;
export type HookName = (typeof hookNames)[number];

/** Where git looks for hooks. */
export interface HookPlace {
  /** Absolute. */
  directory: string;
  /** Whether it serves other repositories as well: `core.hooksPath` in somebody's or the system's configuration. */
  shared: boolean;
  /** Who else writes there, as far as can be seen. */
  manager: "husky" | "lefthook" | "simple-git-hooks" | "pre-commit" | null;
}

/** How a hook of ours stands. */
export interface StandingHook {
  name: HookName;
  path: string;
  /** `ours`; `other`: another's stands there; `none`. */
  state: "ours" | "other" | "none";
  /** Whether git can run it. */
  executable: boolean;
  /** Whether another's hook is kept beside ours, which runs it first. */
  keeps: boolean;
  /** Whether it is as it would be installed now. */
  current: boolean;
}

const mark = "# shipnote-hook ";
const keptSuffix = ".before-shipnote";

/** Finds where git looks for hooks here. */
export async function findHooks(repository: Repository): Promise<HookPlace> {
  const { stdout } = await runGit(["config", "--show-scope", "--type=path", "--get", "core.hooksPath"], { cwd: repository.directory, env: repository.env, allow: [1] });
  const [, scope, path] = /^(\S+)\t(.*)\n$/s.exec(stdout.toString("utf8")) ?? [];
  const directory = path === undefined ? join(repository.commonDir, "hooks") : isAbsolute(path) ? path : resolve(repository.directory, path);
  return { directory, shared: scope === "global" || scope === "system", manager: managerOf(repository, directory) };
}

const managers: readonly (readonly [manager: NonNullable<HookPlace["manager"]>, ofRoot: RegExp, ofHook: RegExp])[] = [
  ["husky", /^\.husky$/, /\/h"$|husky/m],
  ["lefthook", /^\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)$/, /lefthook/],
  ["pre-commit", /^\.pre-commit-config\.yaml$/, /pre-commit/],
  ["simple-git-hooks", /^\.?simple-git-hooks\.[a-z]+$/, /SKIP_SIMPLE_GIT_HOOKS/],
];

function managerOf({ workTree }: Repository, directory: string): HookPlace["manager"] {
  const root = workTree === null ? [] : namesIn(workTree);
  const texts = namesIn(directory).filter((name) => !name.endsWith(".sample")).map((name) => readText(join(directory, name)) ?? "");
  const found = managers.find(([, ofRoot, ofHook]) => root.some((name) => ofRoot.test(name)) || texts.some((text) => !text.includes(mark) && ofHook.test(text)));
  return found?.[0] ?? null;
}

/**
 * Puts hooks of ours in place. Another's of the same name is kept beside it, byte for byte, and runs first.
 *
 * @param scripts the hooks' texts by name, given the name under which another's is kept: empty where there is none
 * @returns those that changed
 * @throws Failure `not-writable`
 */
export function installHooks({ directory }: HookPlace, scripts: Readonly<Partial<Record<HookName, (kept: string) => string>>>): HookName[] {
  return guarded(directory, () => {
    mkdirSync(directory, { recursive: true });
    return hookNames.filter((name) => {
      const script = scripts[name];
      if (script === undefined) return false;
      const path = join(directory, name);
      const kept = join(directory, `${name}${keptSuffix}`);
      const standing = readText(path);
      // One that came in the place of ours is newer than what was kept then.
      if (standing !== null && !standing.includes(mark)) renameSync(path, kept);
      const text = script(isThere(kept) ? `${name}${keptSuffix}` : "");
      if (text === standing && isExecutable(path)) return false;
      const temporary = `${path}.${process.pid}.shipnote`;
      writeFileSync(temporary, text, { mode: 0o755 });
      chmodSync(temporary, 0o755);
      renameSync(temporary, path);
      return true;
    });
  });
}

/** Takes hooks of ours away again; what was there before stands there as before. @returns those that changed */
export function removeHooks({ directory }: HookPlace): HookName[] {
  return guarded(directory, () => {
    const removed = hookNames.filter((name) => {
      const path = join(directory, name);
      const kept = join(directory, `${name}${keptSuffix}`);
      // A manager that found a hook of ours in its place may have put it aside under such a name.
      for (const aside of [`${path}.old`, `${path}.legacy`]) if (readText(aside)?.includes(mark)) rmSync(aside);
      const isOurs = readText(path)?.includes(mark) ?? false;
      if (isThere(kept) && (isOurs || !isThere(path))) renameSync(kept, path);
      else if (isOurs) rmSync(path);
      // Another's has come since; what was kept is of no more use to it.
      else if (isThere(kept)) rmSync(kept);
      else return false;
      return true;
    });
    if (removed.length > 0 && namesIn(directory).length === 0) rmdirSync(directory);
    return removed;
  });
}

/** How the hooks stand. @param scripts as `installHooks` takes them */
export function standingHooks({ directory }: HookPlace, scripts: Readonly<Record<HookName, (kept: string) => string>>): StandingHook[] {
  return hookNames.map((name) => {
    const path = join(directory, name);
    const text = readText(path);
    const keeps = isThere(`${path}${keptSuffix}`);
    return {
      name, path, keeps,
      state: text === null ? "none" : text.includes(mark) ? "ours" : "other",
      executable: isExecutable(path),
      current: text === scripts[name](keeps ? `${name}${keptSuffix}` : ""),
    };
  });
}

function guarded<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new Failure("not-writable", `The hooks in ${directory} could not be changed (${errorCode(cause) ?? String(cause)}).`, {
      expected: "a folder of hooks that this user may write to", retry: true, cause,
    });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isExecutable(path: string): boolean {
  return existsSync(path) && (statSync(path).mode & 0o111) !== 0;
}
