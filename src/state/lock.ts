import { rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { listNames, readIfThere, replaceFile } from "./files.ts";
import { isAlive, type ProcessMark, thisProcess } from "./process.ts";

/** How long a live holder is waited for. */
const patienceMs = 10_000;

/**
 * Does some work while nobody else does any under the same state directory.
 *
 * Each contender claims with a file of its own name and then looks around: who sees no other living claim has
 * the lock. Of two that hold it one must have looked after the other claimed, so there are never two; and a
 * dead claim can be removed by anybody at any time, because its name is nobody else's.
 *
 * @param stateDir `<common git directory>/shipnote`
 * @throws Failure `locked` where another process held it all the time; `not-writable`, `not-readable`, `disk-full` where
 *   no claim can be made
 */
export async function withLock<T>(stateDir: string, work: () => Promise<T>, { waitMs = patienceMs } = {}): Promise<T> {
  const folder = join(stateDir, "lock");
  const mark = thisProcess();
  const name = `${mark.pid}-${Math.random().toString(36).slice(2)}.json`;
  const until = performance.now() + waitMs;
  for (;;) {
    const holder = tryClaim(folder, name, mark);
    if (holder === null) break;
    if (performance.now() >= until) throw heldBy(holder);
    await pause(10 + Math.random() * 40);
  }
  try {
    return await work();
  } finally {
    rmSync(join(folder, name), { force: true });
  }
}

/** Claims of processes that are no more. They hold nobody up: whoever claims next clears them away. */
export function deadClaims(stateDir: string): string[] {
  const folder = join(stateDir, "lock");
  return listNames(folder).filter((name) => name.endsWith(".json")).map((name) => join(folder, name)).filter((path) => {
    const mark = parseMark(readIfThere(path) ?? "");
    return mark === null || !isAlive(mark);
  });
}

/** Claims, and takes the claim back where somebody else has one. Returns who; null: the lock is ours. */
function tryClaim(folder: string, name: string, mark: ProcessMark): ProcessMark | null {
  const before = otherClaim(folder, name);
  if (before !== null) return before;
  replaceFile(join(folder, name), JSON.stringify(mark));
  const beside = otherClaim(folder, name);
  if (beside !== null) rmSync(join(folder, name), { force: true });
  return beside;
}

/** A living claim beside our own; the dead ones are cleared away. */
function otherClaim(folder: string, own: string): ProcessMark | null {
  for (const name of listNames(folder)) {
    if (name === own || !name.endsWith(".json")) continue;
    const text = readIfThere(join(folder, name));
    if (text === null) continue;
    const mark = parseMark(text);
    if (mark !== null && isAlive(mark)) return mark;
    clear(join(folder, name));
  }
  return null;
}

function clear(deadClaim: string): void {
  try {
    rmSync(deadClaim, { force: true });
  } catch {
    // It claims nothing any more; where the folder may not be written, our own claim will say so.
  }
}

function parseMark(text: string): ProcessMark | null {
  try {
    const { pid, started } = Object(JSON.parse(text));
    return typeof pid === "number" && (typeof started === "string" || started === null) ? { pid, started } : null;
  } catch {
    return null;
  }
}

function heldBy({ pid }: ProcessMark): Failure {
  return new Failure("locked", `Another shipnote (process ${pid}) is writing in this repository.`, {
    expected: "to be alone; it frees the lock when it ends, however it ends",
    retry: true,
  });
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
