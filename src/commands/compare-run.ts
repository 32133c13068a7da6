import type { Surroundings } from "../checks/check.ts";
import { describeMachine } from "../checks/machine.ts";
import { withServer } from "../checks/serve.ts";
import { type MeasuredSides, measureSideBySide } from "../checks/side-by-side.ts";
import { runConfigured } from "../execute-configured.ts";
import { startServed } from "../execute-served.ts";
import { Failure } from "../failure.ts";
import { oneLine } from "../terminal.ts";
import type { Workspace } from "../workspace.ts";
import type { ComparisonPlan } from "./compare-plan.ts";
import { inWorktree, type Tree } from "./compare-worktrees.ts";

/** How a comparison is run. */
export interface RunOptions {
  takenAt: string;
  /** What identifies the repository. */
  identity: string;
  /** Ends all of it. */
  signal: AbortSignal;
  /** Says what is going on. */
  progress: (step: { check: string; round: number; rounds: number }) => void;
}

/** How long a set-up may take. */
const setupLimitMs = 30 * 60_000;
/** So many lines of what a set-up printed are told of. */
const toldLines = 20;

/** A commit laid out, set up, and served. */
export interface ServedTree {
  /** Where a check works in it. */
  surroundings: (check: string) => Surroundings;
}

/**
 * Lays both commits out in throw-away worktrees, sets them up, starts their servers, and measures them in pairs of
 * rounds. All of that is gone afterwards, whatever happens.
 *
 * @throws Failure `check-failed` where a set-up or a server fails, `interrupted`, and as git/worktree.ts does
 */
export async function runComparison(workspace: Workspace, plan: ComparisonPlan, options: RunOptions): Promise<MeasuredSides> {
  const { checks, from, to, pairs } = plan;
  const tree = { purpose: "compare", checks, signal: options.signal };
  return inTree(workspace, { ...tree, commit: from }, async (before) =>
    inTree(workspace, { ...tree, commit: to }, async (after) =>
      measureSideBySide(checks, { before: { commit: from, ...before }, after: { commit: to, ...after } }, {
        pairs, takenAt: options.takenAt, machine: describeMachine(options.identity.split(" ")[0] ?? ""),
        signal: options.signal, progress: options.progress,
      })));
}

/** What is laid out, and for which checks. */
export interface TreeOptions {
  /** A full id. */
  commit: string;
  /** The command that needs it; letters only. */
  purpose: string;
  checks: ComparisonPlan["checks"];
  /** Ends all of it. */
  signal: AbortSignal;
}

/**
 * Works in a throw-away worktree of a commit, set up and with the servers of its checks running. All of that is gone
 * afterwards, whatever happens.
 *
 * @throws Failure as {@link runComparison} does
 */
export async function inTree<T>(workspace: Workspace, options: TreeOptions, use: (tree: ServedTree) => Promise<T>): Promise<T> {
  stopIfAborted(options);
  return inWorktree(workspace, options.commit, options.purpose, async (tree) => {
    stopIfAborted(options);
    const { setup } = workspace.config.compare;
    if (setup !== null) await setUp(setup, options.commit, tree);
    return withServers(serversOf(options), tree, options, new Map(), async (origins) => use({
      surroundings: (check) => ({
        directory: tree.directory, run: runIn(tree.env), signal: options.signal,
        ...(origins.has(check) ? { origin: origins.get(check) ?? "" } : {}),
      }),
    }));
  });
}

async function setUp(command: string, commit: string, { directory, env }: Tree): Promise<void> {
  const done = await runConfigured(command, { cwd: directory, timeoutMs: setupLimitMs, env });
  if (done.exitCode === 0 && !done.timedOut) return;
  const ending = done.timedOut
    ? `did not end within ${setupLimitMs / 60_000} minutes`
    : done.exitCode === null ? `was ended by ${done.signal ?? "a signal"}` : `ended with ${done.exitCode}`;
  const said = (done.output?.tail ?? "").trimEnd().split("\n").slice(-toldLines).map((line) => `  ${oneLine(line)}`);
  throw new Failure("check-failed", [`The setup \`${command}\` ${ending} in the worktree of ${commit.slice(0, 12)}:`, ...said].join("\n"), {
    expected: "a `compare.setup` that prepares a fresh worktree of any commit; it is gone again",
    retry: true,
  });
}

/** One server a side serves all checks that start it by the same words. */
interface Server {
  names: string[];
  check: { http: string; serve: string; ready: string | null; ca: string | null };
}

function serversOf({ checks }: TreeOptions): Server[] {
  const servers = new Map<string, Server>();
  for (const [name, check] of Object.entries(checks)) {
    if (check.kind !== "http" || check.serve === null) continue;
    const { http, serve, ready, ca } = check;
    const key = JSON.stringify([serve, ready, ca, ready === null ? http : http.replace(/^(\w+:\/\/[^/?#]*).*$/s, "$1")]);
    const server = servers.get(key) ?? { names: [], check: { http, serve, ready, ca } };
    server.names.push(name);
    servers.set(key, server);
  }
  return [...servers.values()];
}

async function withServers<T>(
  [first, ...others]: readonly Server[],
  tree: Tree,
  options: TreeOptions,
  origins: ReadonlyMap<string, string>,
  use: (origins: ReadonlyMap<string, string>) => Promise<T>,
): Promise<T> {
  if (first === undefined) return use(origins);
  stopIfAborted(options);
  return withServer(first.names.join(", "), first.check, {
    directory: tree.directory, env: tree.env, start: startServed, started: tree.addGroup, signal: options.signal,
  }, async (origin) => withServers(others, tree, options, new Map([...origins, ...first.names.map((name) => [name, origin] as const)]), use));
}

function runIn(env: Record<string, string>): typeof runConfigured {
  return async (command, options) => runConfigured(command, { ...options, env: { ...options.env, ...env } });
}

function stopIfAborted({ signal }: TreeOptions): void {
  if (signal.aborted) throw new Failure("interrupted", "Interrupted.", { expected: "time to measure all rounds", retry: true });
}
