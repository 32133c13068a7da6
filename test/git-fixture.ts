import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const author = { name: "Ada Osei", email: "ada@example.org" };

/** A scratch repository with fixed authors and dates, free of the machine's git configuration. */
export interface Fixture {
  directory: string;
  git: (...args: string[]) => string;
  /** Writes files (path → content; null removes), stages them, and commits. Returns the sha. */
  commit: (message: string, files?: Record<string, string | Uint8Array | null>, as?: Partial<typeof author>) => string;
  write: (path: string, content: string | Uint8Array) => void;
  remove: () => void;
}

/** The environment in which fixtures run git: no user or system configuration, a clock that is given. */
export function fixtureEnvironment(seconds: number, who: Partial<typeof author> = {}): NodeJS.ProcessEnv {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
  const date = `${seconds} +0000`;
  return {
    ...clean,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: who.name ?? author.name,
    GIT_AUTHOR_EMAIL: who.email ?? author.email,
    GIT_COMMITTER_NAME: who.name ?? author.name,
    GIT_COMMITTER_EMAIL: who.email ?? author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
    LC_ALL: "C.UTF-8",
  };
}

/** Makes a scratch repository. The first commit is at 2026-11-24T09:00:00Z; each further one is a minute later. */
export function makeRepository(...initArgs: string[]): Fixture {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-test-")));
  let seconds = Date.UTC(2026, 10, 24, 9, 0, 0) / 1000;
  const gitAs = (who: Partial<typeof author>, args: string[]): string =>
    execFileSync("git", args, {
      cwd: directory,
      encoding: "utf8",
      env: fixtureEnvironment(seconds, who),
      stdio: ["ignore", "pipe", "pipe"],
    }).trimEnd();
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  };
  gitAs({}, ["-c", "init.defaultBranch=main", "init", "-q", ...initArgs]);
  return {
    directory,
    git: (...args) => gitAs({}, args),
    write,
    commit(message, files = {}, as = {}) {
      for (const [path, content] of Object.entries(files)) {
        if (content === null) rmSync(join(directory, path), { force: true, recursive: true });
        else write(path, content);
      }
      gitAs(as, ["add", "-A"]);
      gitAs(as, ["commit", "-q", "--allow-empty", "--cleanup=whitespace", "-m", message]);
      seconds += 60;
      return gitAs(as, ["rev-parse", "HEAD"]);
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
