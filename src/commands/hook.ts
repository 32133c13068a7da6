import { Failure } from "../failure.ts";
import { upstreamRef } from "../gather/range-begin.ts";
import { defaultBranchOf, environmentsOf, trackedBy } from "../gather/ship-lines.ts";
import { kinship, resolveCommit } from "../git/revisions.ts";
import type { Invocation } from "../invocation.ts";
import { oneLine } from "../terminal.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";
import { hookStatus, installHook, uninstallHook } from "./hook-place.ts";
import { offerRecords, type SeenShip } from "./hook-ships.ts";

const actions: Readonly<Record<string, (invocation: Invocation) => Promise<number>>> = { install: installHook, uninstall: uninstallHook, status: hookStatus };

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
    invocation.terminal.warn(`shipnote: ${oneLine(error.message)} (expected: ${oneLine(error.expected)}). The push itself is done; record it with: shipnote record`);
  }
  return 0;
}

/** @param seen for each branch of a remote that a push moved: its tracking ref, what it was, what it is */
async function pushed(invocation: Invocation, seen: readonly string[]): Promise<void> {
  const workspace = await openWorkspace(invocation);
  const at = present();
  const ships: SeenShip[] = [];
  for (const [ref, from, to] of triples(seen)) {
    const tracked = trackedBy(ref, workspace.repository);
    if (tracked === null) continue;
    const environments = environmentsOf(tracked, workspace.config, await defaultBranchOf(workspace.repository, tracked.remote));
    if (environments.length > 0) ships.push({ environments, from: /^0+$/.test(from) ? null : from, to, at });
  }
  await offerRecords(invocation, workspace, ships);
}

/**
 * Refs on their way: whether they arrive cannot be seen from here, so it is said before how to record them.
 *
 * @param seen for each: its name at the remote, what it was there, what it shall be
 */
async function pushing(invocation: Invocation, seen: readonly string[]): Promise<void> {
  const { config, repository } = await openWorkspace(invocation);
  for (const [ref, , to] of triples(seen)) {
    const [, kind, name = ""] = /^refs\/(heads|tags)\/(.*)$/s.exec(ref) ?? [];
    if (kind === undefined) continue;
    const landed = kind === "tags" ? { tag: name } : { branch: name };
    for (const environment of environmentsOf(landed, config, await defaultBranchOf(repository, "origin"))) {
      const line = environment === config.environment ? "" : ` --env ${environment}`;
      const how = config.record.by === "ci" ? "; CI records it." : `. Once it is there, record it: shipnote record --to ${kind === "tags" ? oneLine(name) : to.slice(0, 12)}${line}`;
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
  const workspace = await openWorkspace(invocation);
  const { repository, config } = workspace;
  const shipped = await mergedFrom(workspace);
  if (shipped === null) return;
  const environments = environmentsOf(shipped, config, await defaultBranchOf(repository, shipped.remote));
  if (environments.length > 0) await offerRecords(invocation, workspace, [{ environments, from: shipped.from, to: shipped.to, at: present() }]);
}

/** What a remote's branch has that came here by this merge; null where it has nothing new, or HEAD follows none. */
async function mergedFrom({ repository }: Workspace): Promise<Omit<SeenShip, "environments" | "at"> & { remote: string; branch: string } | null> {
  const ref = upstreamRef(repository.config, repository.branch);
  const tracked = ref === null ? null : trackedBy(ref, repository);
  if (ref === null || tracked === null || repository.head === null) return null;
  try {
    const [to, from] = await Promise.all([resolveCommit(repository, ref), resolveCommit(repository, "ORIG_HEAD")]);
    const kin = await kinship(repository, to, repository.head);
    const isNew = (kin === "same" || kin === "ancestor") && (await kinship(repository, from, to)) === "ancestor";
    return isNew ? { ...tracked, from, to } : null;
  } catch (error) {
    if (error instanceof Failure && error.code === "revision-unknown") return null;
    throw error;
  }
}

function present(): string {
  return new Date().toISOString().replace(/\.\d{3}Z$/, "Z");
}
