import { type HookName, hookNames, standingHook, type StandingHook } from "../git/hook-files.ts";
import { findHooks, type HookPlace } from "../git/hooks.ts";
import type { Repository } from "../git/repository.ts";
import type { Invocation } from "../invocation.ts";
import { readInstalled, type InstalledHooks } from "../state/installed-hooks.ts";
import { oneLine } from "../terminal.ts";
import { openWorkspace } from "../workspace.ts";
import { hookScripts } from "./hook-scripts.ts";

/** What each hook does, as it is told. */
export const purposes: Readonly<Record<HookName, string>> = {
  "reference-transaction": "asks after a push has arrived",
  "pre-push": "says what to type when a tag is pushed",
  "post-merge": "asks after a pull of what was merged elsewhere",
};

/** `shipnote hook status`: which hooks are ours, whether they would run, and what is in the way. Exit status 1 where one would not. */
export async function hookStatus({ terminal, ...invocation }: Invocation): Promise<number> {
  const { repository, config, stateDirectory } = await openWorkspace(invocation);
  const place = await findHooks(repository);
  const installed = readInstalled(stateDirectory);
  const here = installed.find(({ directory }) => directory === place.directory);
  const asksNothing = here !== undefined && !here.hooks.includes("reference-transaction");
  const scripts = hookScripts({ asksNothing });
  const hooks = hookNames.map((name) => standingHook(place.directory, name, scripts[name]));
  const obstacles = obstaclesOf(place, hooks, installed, here);
  if (obstacles.length === 0 && !asksNothing) obstacles.push(...surroundings(repository));
  terminal.document({ directory: place.directory, manager: place.manager, recordBy: config.record.by, hooks, obstacles });
  terminal.result(`Hooks in ${oneLine(place.directory)}${place.manager === null ? "" : `, beside those of ${place.manager}`}:`);
  for (const { name, state, keeps } of hooks) {
    const purpose = asksNothing ? "says before a push how to record it" : purposes[name];
    terminal.result(`  ${name}: ${state === "ours" ? `ours, ${purpose}${keeps ? ", after the hook that was there" : ""}` : state === "other" ? "another's" : "none"}`);
  }
  for (const obstacle of obstacles) terminal.result(`In the way: ${obstacle}`);
  if (config.record.by === "ci") terminal.result("CI records what is pushed (`record.by`); the hooks say so and ask nothing.");
  return obstacles.length === 0 ? 0 : 1;
}

function obstaclesOf(place: HookPlace, hooks: readonly StandingHook[], installed: readonly InstalledHooks[], here: InstalledHooks | undefined): string[] {
  const elsewhere = installed.filter(({ directory }) => directory !== place.directory).map(({ directory }) => directory);
  if (hooks.every(({ state }) => state !== "ours")) {
    if (here !== undefined) return ["the hooks that were installed are gone: shipnote hook install"];
    return [elsewhere.length > 0
      ? `git looks for hooks here now (core.hooksPath), and ours are in ${elsewhere.map(oneLine).join(" and ")}: shipnote hook install`
      : "no hook of ours is installed: shipnote hook install"];
  }
  // Where nothing is known of what was installed, the one that asks after a push is what matters.
  const expected = here?.hooks ?? ["reference-transaction"];
  return hooks.flatMap(({ name, state, executable, current, path }) => {
    if (state === "ours" && !executable) return [`${name} may not be executed: chmod +x ${oneLine(path)}`];
    if (state === "ours") return current ? [] : [`${name} is of another version, or of a shipnote elsewhere: shipnote hook install`];
    if (place.tracked.includes(name) || !expected.includes(name)) return [];
    return [state === "other" ? `${name} is another's again: shipnote hook install` : `${name} is gone: shipnote hook install`];
  });
}

/** What keeps the hooks that are there from seeing a push. */
export function surroundings({ config }: Repository): string[] {
  const logs = config.get("core.logallrefupdates")?.at(-1)?.toLowerCase();
  return [
    ...(logs === "false" || logs === "0" || logs === "no" || logs === "off" ? ["core.logAllRefUpdates is off, and the log of a remote's branch is what tells a push: git config core.logAllRefUpdates true"] : []),
    ...(config.get("extensions.refstorage")?.at(-1) === "reftable" ? ["refs are kept as reftable, whose logs the hook cannot read: `shipnote hook install --pre-push-only` says what to type"] : []),
  ];
}
