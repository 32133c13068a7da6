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

interface SideTree extends Tree {
  /** Where the server of a check listens, by the check's name. */
  origins: ReadonlyMap<string, string>;
}

/**
 * Lays both commits out in throw-away worktrees, sets them up, starts their servers, and measures them in pairs of
 * rounds. All of that is gone afterwards, whatever happens.
 *
 * @throws Failure `check-failed` where a set-up or a server fails, `interrupted`, and as git/worktree.ts does
 */
export async function runComparison(workspace: Workspace, plan: ComparisonPlan, options: RunOptions): Promise<MeasuredSides> {
  return inSide(workspace, plan, plan.from, options, async (before) =>
    inSide(workspace, plan, plan.to, options, async (after) => {
      const side = ({ directory, env, origins }: SideTree, commit: string) => ({
        commit,
        surroundings: (check: string) => ({
          directory, run: runIn(env), signal: options.signal,
          ...(origins.has(check) ? { origin: origins.get(check) ?? "" } : {}),
        }),
      });
      return measureSideBySide(plan.checks, { before: side(before, plan.from), after: side(after, plan.to) }, {
        pairs: plan.pairs, takenAt: options.takenAt, machine: describeMachine(options.identity.split(" ")[0] ?? ""),
        signal: options.signal, progress: options.progress,
      });
    }));
}

async function inSide<T>(
  workspace: Workspace,
  plan: ComparisonPlan,
  commit: string,
  options: RunOptions,
  use: (tree: SideTree) => Promise<T>,
): Promise<T> {
  stopIfAborted(options);
  return inWorktree(workspace, commit, "compare", async (tree) => {
    stopIfAborted(options);
    const { setup } = workspace.config.compare;
    if (setup !== null) await setUp(setup, commit, tree);
    return withServers(serversOf(plan), tree, options, new Map(), async (origins) => use({ ...tree, origins }));
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
    expected: "a `compare.setup` that prepares a fresh worktree of either commit; both are gone again",
    retry: true,
  });
}

/** One server a side serves all checks that start it by the same words. */
interface Server {
  names: string[];
  check: { http: string; serve: string; ready: string | null; ca: string | null };
}

function serversOf({ checks }: ComparisonPlan): Server[] {
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
  options: RunOptions,
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

function stopIfAborted({ signal }: RunOptions): void {
  if (signal.aborted) throw new Failure("interrupted", "Interrupted.", { expected: "time to measure all pairs", retry: true });
}
