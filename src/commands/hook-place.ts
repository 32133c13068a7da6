import { existsSync } from "node:fs";
import { Failure } from "../failure.ts";
import { type HookName, hookNames, installHook, removeHook, removeMade } from "../git/hook-files.ts";
import { findHooks, hookFolders, type HookManager, type HookPlace, isSamePlace } from "../git/hooks.ts";
import { openRepository, stateDirectory } from "../git/repository.ts";
import type { Invocation } from "../invocation.ts";
import { forgetInstalled, readInstalled, rememberInstalled } from "../state/installed-hooks.ts";
import { forgetMissingTool, overlookPushes } from "../state/pushes.ts";
import { oneLine } from "../terminal.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";
import { hookScripts } from "./hook-scripts.ts";
import { obstacleLine, purposes, surroundings } from "./hook-status.ts";

/** `shipnote hook install`: puts the hooks in place, beside whatever is there. */
export async function installHooks(invocation: Invocation): Promise<number> {
  const { terminal, flags } = invocation;
  const workspace = await openWorkspace(invocation);
  const { repository, stateDirectory: state } = workspace;
  const place = await findHooks(repository);
  if (place.off !== null) throw switchedOff(place, place.off);
  if (place.shared !== null && !flags.on("shared")) throw notAlone(place);
  const asksNothing = flags.on("pre-push-only");
  const { tracked, directory } = place;
  const wanted = hookNames.filter((name) => (name === "pre-push" || !asksNothing) && !tracked.includes(name));
  if (invocation.dryRun) {
    terminal.result(`Would put ${listed(wanted)} into ${oneLine(directory)}. Nothing was changed.`);
    terminal.document({ status: "dry-run", directory, manager: place.manager, hooks: wanted, left: tracked });
    return 0;
  }
  const before = readInstalled(state);
  const made = before.find((known) => known.directory === directory)?.made ?? !existsSync(directory);
  const scripts = hookScripts({ asksNothing });
  const elsewhere = before.filter((known) => known.directory !== directory);
  const live = elsewhere.length === 0 ? [] : await hookFolders(repository);
  const left = elsewhere.filter((known) => !live.some((folder) => isSamePlace(folder, known.directory)));
  // What was pushed without the hook is not asked for by a push that brings nothing new.
  if (!before.some(({ hooks }) => hooks.includes("reference-transaction"))) overlookPushes(state);
  forgetMissingTool(state);
  const changed = wanted.filter((name) => installHook(directory, name, scripts[name]));
  const removed = [
    ...hookNames.filter((name) => !wanted.includes(name) && !tracked.includes(name) && removeHook(directory, name)),
    ...left.flatMap((known) => takenAway(known.directory, known.made)),
  ];
  forgetInstalled(state, left.map((known) => known.directory));
  rememberInstalled(state, { directory, hooks: wanted, made });
  const status = changed.length + removed.length === 0 ? "unchanged" : "installed";
  terminal.document({ status, directory, manager: place.manager, hooks: changed, removed, left: tracked });
  if (status === "unchanged") terminal.result("unchanged: the hooks are in place");
  for (const name of changed) terminal.result(`installed ${name}: ${asksNothing ? "says before a push how to record it" : purposes[name]}`);
  for (const name of removed) terminal.result(`took away ${name}`);
  for (const name of tracked) terminal.say(`${name} is a file of this repository and was left alone: without it, nobody ${purposes[name]}.`);
  tellMore(invocation, workspace, place, { asksNothing });
  return 0;
}

function tellMore({ terminal }: Invocation, workspace: Workspace, { manager, untracked, directory }: HookPlace, { asksNothing }: { asksNothing: boolean }): void {
  if (workspace.config.record.by === "ci") terminal.say("`record.by` is ci: the hooks say that CI records, and ask nothing.");
  if (!asksNothing) terminal.say("They cost 1 to 2 ms each time git calls them: up to 4 ms for a commit, and for each ref that a fetch brings. A push that moves a branch starts Node as well, to look whether it ships: about 0.1 s.");
  if (untracked) terminal.say(`Do not commit what was put into ${oneLine(directory)}: it names this machine's paths.`);
  if (manager !== null) terminal.say(rewriting[manager]);
  for (const obstacle of asksNothing ? [] : surroundings(workspace)) terminal.say(`In the way: ${obstacleLine(obstacle)}`);
}

/** What a manager does to our hooks when it is installed again. */
const rewriting: Readonly<Record<HookManager, string>> = {
  husky: "husky writes pre-push and post-merge anew when it is installed again; after that: shipnote hook install",
  lefthook: "lefthook writes the hooks that it has jobs for anew when it is installed again; after that: shipnote hook install",
  "pre-commit": "pre-commit writes the hooks that it is installed for anew when it is installed again; after that: shipnote hook install",
  "simple-git-hooks": 'simple-git-hooks takes away what it does not know, unless its configuration has "preserveUnused": ["reference-transaction", "pre-push", "post-merge"]; after that: shipnote hook install',
};

/** `shipnote hook uninstall`: what was there before stands there again, byte for byte. */
export async function uninstallHooks({ terminal, ...invocation }: Invocation): Promise<number> {
  // Without the configuration, for a broken one is no reason to keep hooks.
  const repository = await openRepository(invocation.directory, { named: invocation.named });
  const state = stateDirectory(repository);
  const { directory, shared, off } = await findHooks(repository);
  const known = readInstalled(state);
  // Hooks that all repositories share are taken away where they were put, not by chance.
  const places = new Map([...(shared === null ? [[directory, false] as const] : []), ...known.map((place) => [place.directory, place.made] as const)]);
  if (shared !== null && off === null && known.length === 0) places.set(directory, false);
  if (invocation.dryRun) {
    terminal.result(places.size === 0 ? "Nothing of ours is there." : `Would take our hooks out of ${[...places.keys()].map(oneLine).join(" and ")}. Nothing was changed.`);
    terminal.document({ status: "dry-run", directory, hooks: known.flatMap(({ hooks }) => hooks) });
    return 0;
  }
  const removed = [...places].flatMap(([folder, made]) => takenAway(folder, made));
  forgetInstalled(state);
  terminal.document({ status: removed.length === 0 ? "unchanged" : "removed", directory, hooks: removed });
  terminal.result(removed.length === 0 ? "unchanged: no hook of ours is there" : `took away ${listed(removed)}`);
  return 0;
}

function takenAway(directory: string, made: boolean): HookName[] {
  const removed = hookNames.filter((name) => removeHook(directory, name));
  if (made) removeMade(directory);
  return removed;
}

function notAlone({ directory, shared }: HookPlace): Failure {
  return new Failure("hooks-shared", `The hooks in ${directory} ${shared === "configuration" ? "are those of all your repositories (core.hooksPath in your own git configuration)" : "lie outside of this repository (core.hooksPath), so others may share them"}.`, {
    expected: "--shared, if every repository that has them is to ask; or hooks of this repository's own: git config core.hooksPath .git/hooks",
    retry: true,
  });
}

function switchedOff({ directory }: HookPlace, mend: string): Failure {
  return new Failure("hooks-off", `git runs no hooks here: core.hooksPath is ${directory === "/" ? "empty" : `${directory}, which is no folder`}.`, {
    expected: `hooks that git looks for: ${mend}`, retry: true,
  });
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.join(", ");
}
