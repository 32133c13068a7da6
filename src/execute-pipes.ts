import { spawn } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/*
 * Named pipes can only be made by another program, and starting one costs as much as starting the command. So
 * they are made a dozen at a time and lie ready, empty and unopened, in a folder that is the user's alone.
 */
const batch = 12;

/**
 * Takes named pipes that nobody else has, or will get: a pipe is taken by giving it a name of one's own.
 *
 * @returns paths; open them and unlink them
 * @throws where there are none and none can be made
 */
export async function takePipes(count: number): Promise<string[]> {
  const folder = ownFolder();
  const taken = takeFrom(folder, count);
  if (taken.length === count) return taken;
  await makePipes(Array.from({ length: batch }, () => join(folder, `free-${randomName()}`)));
  const more = takeFrom(folder, count - taken.length);
  if (taken.length + more.length < count) throw new Error("no named pipes");
  return [...taken, ...more];
}

function ownFolder(): string {
  const user = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `shipnote-pipes-${user}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const status = lstatSync(folder);
  // Somebody else may have been there first.
  if (!status.isDirectory() || status.uid !== user || (status.mode & 0o077) !== 0) throw new Error(`${folder} is not ours alone`);
  return folder;
}

function takeFrom(folder: string, count: number): string[] {
  const taken: string[] = [];
  for (const name of readdirSync(folder)) {
    if (taken.length === count) break;
    if (!name.startsWith("free-")) continue;
    const own = join(folder, `taken-${randomName()}`);
    try {
      renameSync(join(folder, name), own);
    } catch {
      // Another run was faster.
      continue;
    }
    if (lstatSync(own).isFIFO()) taken.push(own);
  }
  return taken;
}

function randomName(): string {
  return `${process.pid}-${Math.random().toString(36).slice(2)}`;
}

async function makePipes(paths: readonly string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    spawn("mkfifo", ["-m", "600", ...paths], { stdio: "ignore" })
      .on("error", reject)
      .on("exit", (status) => (status === 0 ? resolve() : reject(new Error("mkfifo failed"))));
  });
}
