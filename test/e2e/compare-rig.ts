import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { inject } from "vitest";
import type { Metric } from "../../src/record/schema.ts";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Life, makeFolder, makeLife } from "./life.ts";
import { type Answer, node, shipnote } from "./tool.ts";

/** What `compare --json` printed. */
export interface Compared {
  status: "compared";
  id: string;
  from: string;
  to: string;
  pairs: number;
  verdict: string;
  metrics: Metric[];
  leftOut: { check: string; why: string }[];
}

/** A repository in which trees are compared, and a folder for temporary files of its own, to look for what is left in. */
export interface Rig extends Life {
  temporary: string;
  compare: (...args: string[]) => Answer;
  /** `compare ARGS --json`, which must end with 0. */
  compared: (...args: string[]) => Compared;
  /** Starts `compare ARGS` and does not wait for it. */
  start: (...args: string[]) => { child: ChildProcess; ended: Promise<Answer> };
  /** What compare has left: worktrees that git knows of, temporary files, marks. */
  left: () => { worktrees: number; temporary: string[]; marks: string[] };
}

/** A server that answers after as many milliseconds as its tree says, and writes its id beside the repository. */
export const server = `
import { createServer } from "node:http";
import { readFileSync, writeFileSync } from "node:fs";
const delay = Number(readFileSync("delay", "utf8"));
createServer((request, answer) => setTimeout(() => answer.end("an article"), request.url === "/health" ? 0 : delay))
  .listen(Number(process.env.PORT), "127.0.0.1", () => writeFileSync(\`\${process.env.NOTES}/server-\${process.pid}\`, process.env.PORT));
`;

/** @param configuration of which the checks start \`node\` as \`$NODE\` and write what tests look for into \`$NOTES\` */
export function makeRig(configuration: string, files: Record<string, string> = {}): Rig {
  const life = makeLife();
  const temporary = realpathSync(makeFolder());
  mkdirSync(join(temporary, "tmp with a space"));
  life.commit("Base", { "shipnote.config.yaml": configuration, ...files });
  const place = join(temporary, "tmp with a space");
  const env = { TMPDIR: place, NOTES: temporary, NODE: node };
  const compare = (...args: string[]): Answer => shipnote(life.directory, ["compare", ...args], { env });
  return {
    ...life,
    temporary,
    compare,
    compared(...args) {
      const answer = compare(...args, "--json");
      if (answer.status !== 0) throw new Error(`compare ended with ${answer.status}: ${answer.stdout}${answer.stderr}`);
      return JSON.parse(answer.stdout) as Compared;
    },
    start(...args) {
      const { GIT_AUTHOR_DATE: _author, GIT_COMMITTER_DATE: _committer, NODE_EXTRA_CA_CERTS: _certificates, ...environment } = fixtureEnvironment(0);
      const child = spawn(node, [inject("tool"), "compare", ...args], {
        cwd: life.directory, env: { ...environment, CI: "", ...env }, stdio: ["ignore", "pipe", "pipe"],
      });
      const printed: Record<"stdout" | "stderr", string> = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"] as const) child[name].on("data", (chunk: Buffer) => (printed[name] += chunk.toString()));
      const ended = new Promise<Answer>((resolve) => child.on("close", (status, signal) => resolve({ status, signal, ...printed })));
      return { child, ended };
    },
    left: () => ({
      worktrees: life.git("worktree", "list").split("\n").length - 1,
      temporary: readdirSync(place).filter((name) => name.startsWith("shipnote-")),
      marks: existsSync(join(life.directory, ".git/shipnote/worktrees")) ? readdirSync(join(life.directory, ".git/shipnote/worktrees")) : [],
    }),
  };
}

export const nothingLeft = { worktrees: 0, temporary: [], marks: [] };

/** Waits until something is so. */
export async function until(reached: () => boolean): Promise<void> {
  for (let step = 0; step < 1000 && !reached(); step += 1) await wait(20);
  if (!reached()) throw new Error("It never came to that.");
}

/** The process ids that programs noted as `NAME-PID`. */
export function noted({ temporary }: Rig, name: string): number[] {
  return readdirSync(temporary).flatMap((file) => (file.startsWith(`${name}-`) ? [Number(file.slice(name.length + 1))] : []));
}

/** Whether a process runs; one that has ended and that nobody asked for does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** `check metric: verdict`, of those with samples. */
export function verdicts(metrics: readonly Metric[], name: string): string[] {
  return metrics.filter(({ metric }) => metric === name).map(({ check, metric, comparison }) => `${check} ${metric}: ${comparison?.verdict ?? "-"}`);
}
