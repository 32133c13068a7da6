import { basename, dirname } from "node:path";
import { Failure } from "../failure.ts";
import { upstreamRef } from "../gather/range-begin.ts";
import { defaultBranchOf, environmentsOf, matchingComponents, trackedBy } from "../gather/ship-lines.ts";
import { forkPoint, hasAuthor } from "../gather/pushed.ts";
import { kinship, resolveCommit } from "../git/revisions.ts";
import type { Invocation } from "../invocation.ts";
import { oneLine } from "../terminal.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";
import { installHooks, uninstallHooks } from "./hook-place.ts";
import { offerRecords, type SeenShip } from "./hook-ships.ts";
import { hookStatus } from "./hook-status.ts";

const actions: Readonly<Record<string, (invocation: Invocation) => Promise<number>>> = { install: installHooks, uninstall: uninstallHooks, status: hookStatus };

/** What git's hooks call (templates/hook.sh), by its name: each is told what was seen. */
const moments: Readonly<Record<string, (invocation: Invocation, seen: readonly string[]) => Promise<void>>> = { pushed, pushing, merged };

/** `shipnote hook install|uninstall|status`, and what the hooks themselves call. */
export async function hook(invocation: Invocation): Promise<number> {
  const [action = "", ...seen] = invocation.args;
  const own = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (own !== undefined) {
    if (seen.length > 0) throw new Failure("usage", `hook ${action} takes no arguments, and got '${seen.join(" ")}'.`, { expected: `shipnote hook ${action}`, retry: true });
    return own(invocation);
  }
  const moment = Object.hasOwn(moments, action) ? moments[action] : undefined;
  if (moment === undefined) {
    throw new Failure("usage", action === "" ? "hook needs to be told what to do." : `hook knows no '${action}'.`, { expected: "one of install, uninstall, status", retry: true });
  }
  try {
    await moment(invocation, seen);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // What git did is done, and goes on as if nothing had been asked.
    const again = action === "pushed" ? triples(seen).map(([, from, to]) => ` ${/^0+$/.test(from) ? "" : `--from ${from.slice(0, 12)} `}--to ${to.slice(0, 12)}`) : [""];
    invocation.terminal.warn(`shipnote: ${oneLine(error.message)} (expected: ${oneLine(error.expected)}). git's own work is done; once this is mended: ${again.map((flags) => `shipnote record${flags}`).join("; ")}`);
  }
  return 0;
}

/**
 * The repository that git's hook runs in. Where somebody named a git directory alone, git takes the folder at hand for
 * the work tree: that is no place for notes.
 */
async function openSeen(invocation: Invocation): Promise<Workspace> {
  const workspace = await openWorkspace(invocation);
  const { gitDir, workTree } = workspace.repository;
  const { GIT_DIR, GIT_WORK_TREE } = process.env;
  const isElsewhere = GIT_DIR !== undefined && GIT_WORK_TREE === undefined && basename(gitDir) === ".git" && dirname(gitDir) !== workTree;
  return isElsewhere ? openWorkspace({ ...invocation, directory: dirname(gitDir), named: true }) : workspace;
}

/** @param seen for each branch of a remote that a push moved: its tracking ref, what it was, what it is */
async function pushed(invocation: Invocation, seen: readonly string[]): Promise<void> {
  const workspace = await openSeen(invocation);
  const { repository, config } = workspace;
  const at = present();
  const ships: SeenShip[] = [];
  for (const [ref, from, to] of triples(seen)) {
    const tracked = trackedBy(ref, repository);
    if (tracked === null) continue;
    const environments = environmentsOf(tracked, config, await defaultBranchOf(repository, tracked.remote));
    if (environments.length === 0) continue;
    ships.push({ environments, from: /^0+$/.test(from) ? null : await forkPoint(repository, from, to), to, at, foreign: false });
  }
  await offerRecords(invocation, workspace, ships);
}

/**
 * Refs on their way: whether they arrive cannot be seen from here, so it is said before how to record them.
 *
 * @param remote its name, or its URL
 * @param seen for each: its name at the remote, what it was there, what it shall be
 */
async function pushing(invocation: Invocation, [remote = "", ...seen]: readonly string[]): Promise<void> {
  const { config, repository } = await openSeen(invocation);
  const defaultBranch = await defaultBranchOf(repository, remote);
  for (const [ref, , to] of triples(seen)) {
    const [, kind, name = ""] = /^refs\/(heads|tags)\/(.*)$/s.exec(ref) ?? [];
    if (kind === undefined) continue;
    const landed = kind === "tags" ? { tag: name } : { branch: name };
    for (const environment of environmentsOf(landed, config, defaultBranch)) {
      const line = `${environment === config.environment ? "" : ` --env ${environment}`}${matchingComponents(landed, config).map((component) => ` --component ${component}`).join("")}`;
      const how = config.record.by === "ci" ? "; CI records it." : `. Once it is there: shipnote record --to ${kind === "tags" ? oneLine(name) : to.slice(0, 12)}${line}`;
      invocation.terminal.say(`shipnote: ${oneLine(name)} ships to ${environment}${how}`);
    }
  }
}

function triples(words: readonly string[]): [string, string, string][] {
  const found: [string, string, string][] = [];
  for (let place = 0; place + 2 < words.length; place += 3) found.push([words[place] ?? "", words[place + 1] ?? "", words[place + 2] ?? ""]);
  return found;
}

/** A merge on a branch that ships by being merged elsewhere: what its remote has of it has shipped. */
async function merged(invocation: Invocation): Promise<void> {
  const workspace = await openSeen(invocation);
  const { repository, config } = workspace;
  const shipped = await mergedFrom(workspace);
  if (shipped === null) return;
  const { from, to, ...tracked } = shipped;
  const environments = environmentsOf(tracked, config, await defaultBranchOf(repository, tracked.remote));
  if (environments.length === 0) return;
  // Everybody pulls; who has commits in it knows why.
  const foreign = !(await hasAuthor(repository, from, to));
  await offerRecords(invocation, workspace, [{ environments, from, to, at: present(), foreign }]);
}

/** What a remote's branch has that came here by this merge; null where it has nothing new, or HEAD follows none. */
async function mergedFrom({ repository }: Workspace): Promise<{ from: string; to: string; remote: string; branch: string } | null> {
  const ref = upstreamRef(repository.config, repository.branch);
  const tracked = ref === null ? null : trackedBy(ref, repository);
  if (ref === null || tracked === null || repository.head === null) return null;
  try {
    const [to, before] = await Promise.all([resolveCommit(repository, ref), resolveCommit(repository, "ORIG_HEAD")]);
    const [kin, from] = await Promise.all([kinship(repository, to, repository.head), forkPoint(repository, before, to)]);
    return (kin === "same" || kin === "ancestor") && from !== null && from !== to ? { ...tracked, from, to } : null;
  } catch (error) {
    if (error instanceof Failure && error.code === "revision-unknown") return null;
    throw error;
  }
}

function present(): string {
  return new Date().toISOString().replace(/\.\d{3}Z$/, "Z");
}
