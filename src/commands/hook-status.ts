import { remoteNames, shipRemote, trackingRef } from "../gather/ship-lines.ts";
import { type HookName, hookNames, standingHook, type StandingHook } from "../git/hook-files.ts";
import { findHooks, type HookPlace } from "../git/hooks.ts";
import type { Repository } from "../git/repository.ts";
import type { Invocation } from "../invocation.ts";
import { readInstalled, type InstalledHooks } from "../state/installed-hooks.ts";
import { shellWord } from "../rollback/undo.ts";
import { oneLine } from "../terminal.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";
import { hookScripts } from "./hook-scripts.ts";

/** What each hook does, as it is told. */
export const purposes: Readonly<Record<HookName, string>> = {
  "reference-transaction": "asks after a push has arrived",
  "pre-push": "says what to type for a tag that ships, or a push to a URL",
  "post-merge": "asks after a pull of what was merged elsewhere",
};

/** What keeps a hook from seeing a push, or from being there at all. */
export interface HookObstacle {
  code: "hook-missing" | "hook-not-executable" | "hook-outdated" | "hook-blind";
  what: string;
  /** The command that mends it. */
  mend: string;
}

/** How the hooks of a repository stand. */
export interface ExaminedHooks {
  place: HookPlace;
  hooks: StandingHook[];
  /** Whether the pre-push hook was installed alone. */
  asksNothing: boolean;
  obstacles: HookObstacle[];
}

/** @returns an obstacle in one line */
export function obstacleLine({ what, mend }: HookObstacle): string {
  return `${what}: ${mend}`;
}

/** `shipnote hook status`: which hooks are ours, whether they would run, and what is in the way. Exit status 1 where one would not. */
export async function hookStatus({ terminal, ...invocation }: Invocation): Promise<number> {
  const workspace = await openWorkspace(invocation);
  const { place, hooks, asksNothing, obstacles: found } = await examineHooks(workspace);
  const { config } = workspace;
  const obstacles = found.map(obstacleLine);
  terminal.document({ directory: place.directory, manager: place.manager, recordBy: config.record.by, hooks, obstacles });
  terminal.result(`Hooks in ${oneLine(place.directory)}${place.manager === null ? "" : `, beside those of ${place.manager}`}:`);
  for (const { name, state, keeps } of hooks) {
    const purpose = asksNothing ? "says before a push how to record it" : purposes[name];
    terminal.result(`  ${name}: ${state === "ours" ? `ours, ${purpose}${keeps ? ", after the hook that was there" : ""}` : state === "other" ? "another's" : "none"}`);
  }
  for (const obstacle of obstacles) terminal.result(`In the way: ${obstacle}`);
  const remote = shipRemote(null, workspace.repository);
  const others = remoteNames(workspace.repository.config).filter((name) => name !== remote).map(oneLine);
  if (remote !== null && others.length > 0) terminal.result(`Pushes to ${oneLine(remote)} ship; to ${others.join(", ")} only those to a branch that one here of the same name follows.`);
  if (config.record.by === "ci") terminal.result("CI records what is pushed (`record.by`); the hooks say so and ask nothing.");
  return obstacles.length === 0 ? 0 : 1;
}

/** Looks at the hooks, where git looks for them. */
export async function examineHooks(workspace: Pick<Workspace, "repository" | "stateDirectory" | "config">): Promise<ExaminedHooks> {
  const { repository, stateDirectory } = workspace;
  const place = await findHooks(repository);
  const installed = readInstalled(stateDirectory);
  const here = installed.find(({ directory }) => directory === place.directory);
  const asksNothing = here !== undefined && !here.hooks.includes("reference-transaction");
  const scripts = hookScripts({ asksNothing });
  const hooks = hookNames.map((name) => standingHook(place.directory, name, scripts[name]));
  const obstacles = obstaclesOf(place, hooks, installed, here);
  if (obstacles.length === 0 && !asksNothing) obstacles.push(...surroundings(workspace));
  return { place, hooks, asksNothing, obstacles };
}

const install = "shipnote hook install";

function obstaclesOf(place: HookPlace, hooks: readonly StandingHook[], installed: readonly InstalledHooks[], here: InstalledHooks | undefined): HookObstacle[] {
  if (place.off !== null) {
    return [{ code: "hook-blind", what: `hooks are switched off (core.hooksPath is ${place.directory === "/" ? "empty" : oneLine(place.directory)})`, mend: place.off }];
  }
  const elsewhere = installed.filter(({ directory }) => directory !== place.directory).map(({ directory }) => directory);
  const missing = (what: string): HookObstacle => ({ code: "hook-missing", what, mend: install });
  if (hooks.every(({ state }) => state !== "ours")) {
    if (here !== undefined) return [missing("the hooks that were installed are gone")];
    return [missing(elsewhere.length > 0
      ? `git looks for hooks here now (core.hooksPath), and ours are in ${elsewhere.map(oneLine).join(" and ")}`
      : "no hook of ours is installed")];
  }
  // Where nothing is known of what was installed, the one that asks after a push is what matters.
  const expected = here?.hooks ?? ["reference-transaction"];
  return hooks.flatMap(({ name, state, executable, current, path }): HookObstacle[] => {
    if (state === "ours" && !executable) return [{ code: "hook-not-executable", what: `${name} may not be executed`, mend: `chmod +x ${oneLine(shellWord(path))}` }];
    if (state === "ours") return current ? [] : [{ code: "hook-outdated", what: `${name} is of another version, or of a shipnote elsewhere`, mend: install }];
    if (place.tracked.includes(name) || !expected.includes(name)) return [];
    return [missing(state === "other" ? `${name} is another's again` : `${name} is gone`)];
  });
}

/** What keeps the hooks that are there from seeing a push. */
export function surroundings({ repository, config: settings }: Pick<Workspace, "repository" | "config">): HookObstacle[] {
  const { config } = repository;
  const logs = config.get("core.logallrefupdates")?.at(-1)?.toLowerCase();
  return [
    ...(logs === "false" || logs === "0" || logs === "no" || logs === "off" ? [{
      code: "hook-blind" as const, what: "core.logAllRefUpdates is off, and the log of a remote's branch is what tells a push", mend: "git config core.logAllRefUpdates true",
    }] : []),
    ...(config.get("extensions.refstorage")?.at(-1) === "reftable" ? [{
      code: "hook-blind" as const, what: "refs are kept as reftable, whose logs the hook cannot read", mend: "`shipnote hook install --pre-push-only` says what to type",
    }] : []),
    ...unfetched(repository, settings),
  ];
}

/** Branches that ship and that no fetch brings here, as after `git clone --single-branch`: a push to them moves nothing. */
function unfetched(repository: Repository, { environments, branches }: Workspace["config"]): HookObstacle[] {
  const shipping = [...new Set(environments === null ? (branches ?? []) : Object.values(environments).flatMap((where) => where.branches))];
  const missing = shipping.flatMap((glob): [remote: string, glob: string][] => {
    // One of the branches that a glob stands for.
    const branch = glob.replace(/[*?[{].*$/s, "x");
    const remote = shipRemote(branch, repository);
    return remote === null || trackingRef(remote, branch, repository) !== null ? [] : [[remote, glob]];
  });
  return [...new Set(missing.map(([remote]) => remote))].map((remote) => {
    const globs = missing.flatMap(([name, glob]) => (name === remote ? [glob] : []));
    // A refspec knows one `*`, and no other sign.
    const added = globs.every((glob) => /^[^*?[{]*\*?[^*?[{]*$/.test(glob)) ? `--add ${shellWord(remote)} ${globs.map(shellWord).join(" ")}` : `${shellWord(remote)} '*'`;
    return {
      code: "hook-blind",
      what: oneLine(`${globs.join(", ")} of ${remote} is not fetched here (remote.${remote}.fetch), so that a push to it moves nothing that could be seen; what to type is said before it`),
      mend: oneLine(`git remote set-branches ${added} && git fetch ${shellWord(remote)}`),
    };
  });
}
