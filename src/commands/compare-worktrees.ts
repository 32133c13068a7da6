import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { signalProcess } from "../execute-signals.ts";
import { removeWorktree, withWorktree } from "../git/worktree.ts";
import { isSurely, processesWith } from "../state/process.ts";
import { leftWorktrees, markWorktree } from "../state/worktrees.ts";
import type { Workspace } from "../workspace.ts";

/** A throw-away worktree, while it is there. */
export interface Tree {
  /** Its root, absolute. */
  directory: string;
  /** For the environment of everything that is started for it, so that nothing of it outlives the tree. */
  env: Record<string, string>;
  /** Notes the leader of a process group that has to be gone with it. */
  addGroup: (leader: number) => void;
}

/** How git tells a hook where its repository is. */
const placing = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/** Says in the environment of a command for which throw-away worktree it runs. */
const variable = "SHIPNOTE_WORKTREE";

/**
 * Works in a throw-away worktree of a commit. Folder, git's entry and what was started for it are gone afterwards,
 * whatever happens; where this process is killed, {@link clearWorktrees} of the next run sees to it.
 *
 * @param revision a full id
 * @param purpose the command that needs it; letters only
 * @throws Failure as git/worktree.ts does
 */
export async function inWorktree<T>(workspace: Workspace, revision: string, purpose: string, use: (tree: Tree) => Promise<T>): Promise<T> {
  const { repository, stateDirectory } = workspace;
  const { directory, addGroup, remove } = markWorktree(stateDirectory, purpose);
  // What a hook says of its repository is not so of this tree; git's own calls have it from the repository.
  for (const name of placing) delete process.env[name];
  try {
    return await withWorktree(repository, revision, directory, async () => {
      try {
        return await use({ directory, env: { [variable]: directory }, addGroup });
      } finally {
        await endAllOf(directory);
      }
    });
  } finally {
    // What could not be removed is left to the next run.
    if (!existsSync(directory)) remove();
  }
}

/** Clears up after runs that were killed: their processes, worktrees, and git's entries. Those of live runs stay. */
export async function clearWorktrees({ repository, stateDirectory }: Workspace): Promise<void> {
  for (const { directory, groups, remove } of leftWorktrees(stateDirectory)) {
    for (const leader of groups) if (isSurely(leader)) signalProcess(-leader.pid, "SIGKILL");
    await endAllOf(directory);
    await removeWorktree(repository, directory);
    if (!existsSync(directory)) remove();
  }
}

/** Ends what was started for a tree and is still there; a process that forks meanwhile is looked for again. */
async function endAllOf(directory: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const left = processesWith(variable, directory);
    if (left.length === 0) return;
    for (const pid of left) signalProcess(pid, "SIGKILL");
    await wait(25);
  }
}
