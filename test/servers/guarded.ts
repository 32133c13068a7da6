import { spawn } from "node:child_process";
import { appendFileSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Servers in process groups of their own. */
export interface Servers {
  /** Starts one; what it prints is kept in the folder. `as`: the user that it runs as. */
  start: (name: string, command: string, args: readonly string[], as?: { uid?: number; gid?: number }) => void;
  /** The end of what each server printed. */
  lastWords: () => string;
  /** Ends them all with their children, and removes the folder. */
  stop: () => Promise<void>;
}

/**
 * Puts servers under a guard, which stops them once its standard input ends: when `stop` closes it, and just so when
 * this process dies of whatever.
 *
 * @param folder theirs alone; removed with them
 * @param env all that they see
 */
export function guardServers(folder: string, env: Readonly<Record<string, string>>): Servers {
  const groups = join(folder, "groups");
  const names: string[] = [];
  writeFileSync(groups, "");
  const guard = spawn("/bin/sh", [join(import.meta.dirname, "archive", "server", "guard.sh"), folder], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  const ended = new Promise((done) => guard.once("exit", done));
  return {
    start(name, command, args, as = {}) {
      const log = openSync(join(folder, `${name}.out`), "a");
      const { pid } = spawn(command, args, { cwd: folder, detached: true, env: { LC_ALL: "C.UTF-8", ...env }, stdio: ["ignore", log, log], ...as });
      if (pid === undefined) throw new Error(`${command} cannot be started`);
      appendFileSync(groups, `${pid}\n`);
      names.push(name);
    },
    lastWords: () => names.map((name) => `${name}: ${readFileSync(join(folder, `${name}.out`), "utf8").slice(-600)}`).join("\n"),
    async stop() {
      guard.stdin.end();
      await ended;
    },
  };
}
