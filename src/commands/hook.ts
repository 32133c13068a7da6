import { basename, dirname } from "node:path";
import { Failure } from "../failure.ts";
import { forkPoint, hasAuthor } from "../gather/pushed.ts";
import { upstreamRef } from "../gather/range-begin.ts";
import { defaultBranchOf, environmentsOf, matchingComponents, mayShip, remoteOf, trackedBy } from "../gather/ship-lines.ts";
import { kinship, resolveCommit } from "../git/revisions.ts";
import type { Invocation } from "../invocation.ts";
import { postpone } from "../state/pushes.ts";
import { oneLine } from "../terminal.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";
import { recordCommandFor } from "./hook-command.ts";
import { isZero, keepPushed, linesOf, shipsTo } from "./hook-seen.ts";

// What nearly every push does without is loaded where it is needed.
const actions: Readonly<Record<string, (invocation: Invocation) => Promise<number>>> = {
  install: async (invocation) => (await import("./hook-place.ts")).installHooks(invocation),
  uninstall: async (invocation) => (await import("./hook-place.ts")).uninstallHooks(invocation),
  status: async (invocation) => (await import("./hook-status.ts")).hookStatus(invocation),
};

/** What is left to say or to ask once what was seen is kept; null where it is no ship. */
type Offer = () => Promise<void>;

/** What git's hooks call (templates/hook.sh), by its name: each is told what was seen. */
const moments: Readonly<Record<string, (invocation: Invocation, seen: readonly string[]) => Promise<Offer | null>>> = { pushed, pushing, merged };

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
  // git goes on in any case. The status tells the hook whether it has to hand over the same again with the next push.
  let status = 1;
  try {
    const offer = await moment(invocation, seen);
    status = 0;
    await offer?.();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const again = action === "pushed" ? triples(seen).map(([, from, to]) => ` ${isZero(from) ? "" : `--from ${from.slice(0, 12)} `}--to ${to.slice(0, 12)}`) : [""];
    invocation.terminal.warn(`shipnote: ${oneLine(error.message)} (expected: ${oneLine(error.expected)}). git's own work is done; once this is mended: ${again.map((flags) => `shipnote record${flags}`).join("; ")}`);
  }
  return status;
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
async function pushed(invocation: Invocation, seen: readonly string[]): Promise<Offer | null> {
  const workspace = await openSeen(invocation);
  const moved = triples(seen).map(([ref, from, to]) => ({ ref, from: isZero(from) ? null : from, to }));
  const { SHIPNOTE_ANNOUNCED: list = null, SHIPNOTE_GIT: push = null } = process.env;
  const { ships, since } = await keepPushed(workspace, moved, { at: present(), list, push });
  return ships.length === 0 ? null : async () => (await import("./hook-ships.ts")).offerRecords(invocation, workspace, ships, { since });
}

/**
 * Refs on their way: whether they arrive cannot be seen from here, so it is said before how to record them.
 *
 * @param told the remote's name, or a URL
 * @param seen for each: its name at the remote, what it was there, what it shall be
 */
async function pushing(invocation: Invocation, [told = "", ...seen]: readonly string[]): Promise<null> {
  const { config, repository } = await openSeen(invocation);
  const remote = remoteOf(told, repository);
  const defaultBranch = await defaultBranchOf(repository, remote ?? told);
  const usual = config.environment;
  for (const [ref, , to] of triples(seen)) {
    const [, kind, name = ""] = /^refs\/(heads|tags)\/(.*)$/s.exec(ref) ?? [];
    if (kind === undefined) continue;
    // A URL of none of the remotes may be anything.
    if (remote !== null && !mayShip({ remote, branch: kind === "tags" ? null : name }, repository)) continue;
    const landed = kind === "tags" ? { tag: name } : { branch: name };
    const components = matchingComponents(landed, config);
    const named = environmentsOf(landed, config, defaultBranch);
    // A component's own tag is a ship of it, wherever else tags ship.
    for (const environment of named.length === 0 && components.length > 0 ? [usual] : named) {
      for (const component of components.length === 0 ? [null] : components) {
        const what = `${oneLine(name)} ships to ${oneLine(environment)}${component === null ? "" : ` (${oneLine(component)})`}`;
        const how = config.record.by === "ci" ? "; CI records it." : `. Once it is there: ${recordCommandFor(kind === "tags" ? name : "", to, { environment, component, usual })}`;
        invocation.terminal.say(`shipnote: ${what}${how}`);
      }
    }
  }
  return null;
}

function triples(words: readonly string[]): [string, string, string][] {
  const found: [string, string, string][] = [];
  for (let place = 0; place + 2 < words.length; place += 3) found.push([words[place] ?? "", words[place + 1] ?? "", words[place + 2] ?? ""]);
  return found;
}

/** A merge on a branch that ships by being merged elsewhere: what its remote has of it has shipped. */
async function merged(invocation: Invocation): Promise<Offer | null> {
  const workspace = await openSeen(invocation);
  const { repository, config, stateDirectory } = workspace;
  const shipped = await mergedFrom(workspace);
  if (shipped === null) return null;
  const { from, to, ...tracked } = shipped;
  const ships = await linesOf(workspace, await shipsTo(workspace, tracked), { from, to, at: present() });
  if (ships.length === 0) return null;
  // Everybody pulls; who has commits in it knows why.
  const foreign = !(await hasAuthor(repository, from, to));
  if (!foreign && config.record.by !== "ci") await postpone(stateDirectory, ships);
  return async () => (await import("./hook-ships.ts")).offerRecords(invocation, workspace, ships, { foreign });
}

/** What a remote's branch has that came here by this merge; null where it has nothing new, or HEAD follows none. */
async function mergedFrom({ repository }: Workspace): Promise<{ from: string; to: string; remote: string; branch: string } | null> {
  const ref = upstreamRef(repository.config, repository.branch);
  const tracked = ref === null ? null : trackedBy(ref, repository);
  if (ref === null || tracked === null || repository.head === null) return null;
  try {
    const [to, before] = await Promise.all([resolveCommit(repository, ref), resolveCommit(repository, "ORIG_HEAD")]);
    const [kin, from] = await Promise.all([kinship(repository, to, repository.head), forkPoint(repository, before, to)]);
    // What was ahead of the remote's branch already takes nothing back.
    const isNew = from !== null && (await kinship(repository, from, to)) === "ancestor";
    return (kin === "same" || kin === "ancestor") && isNew ? { ...tracked, from, to } : null;
  } catch (error) {
    if (error instanceof Failure && error.code === "revision-unknown") return null;
    throw error;
  }
}

function present(): string {
  return new Date().toISOString().replace(/\.\d{3}Z$/, "Z");
}
