import { existsSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Invocation } from "../invocation.ts";
import { shellWord } from "../rollback/undo.ts";
import { oneLine } from "../terminal.ts";
import type { Found, SetUp } from "./doctor-finding.ts";
import { installHooks } from "./hook-place.ts";
import { examineHooks } from "./hook-status.ts";

/** git itself: its version, and how much of the history is here. */
export function examineGit({ workspace: { repository } }: SetUp): Found[] {
  const [major, minor] = repository.version;
  const remote = [...repository.config.keys()].map((key) => /^remote\.(.+)\.promisor$/s.exec(key)?.[1]).find((found) => found !== undefined) ?? "origin";
  const name = shellWord(remote);
  return [
    ...(major > 2 || minor >= 38 ? [] : [{
      code: "git-old", level: "advice" as const,
      message: `git is ${major}.${minor}: whether undoing a ship would apply is not known below 2.38.`,
      mend: "install git 2.38 or newer: https://git-scm.com/downloads",
    }]),
    ...(repository.shallow ? [{
      code: "history-shallow", level: "advice" as const,
      message: "This clone is shallow: ships that began before its end cannot be recorded or verified.",
      mend: "git fetch --unshallow",
    }] : []),
    ...(repository.partial ? [{
      code: "history-partial", level: "advice" as const,
      message: "This clone is partial: lines are not counted where contents are missing, and whether undoing would apply is not known. For one ship, shipnote record --fetch does.",
      mend: `git fetch --refetch --no-filter ${name} && git config --unset ${shellWord(`remote.${remote}.promisor`)} && git config --unset ${shellWord(`remote.${remote}.partialclonefilter`)}`,
    }] : []),
  ];
}

/** The hook: whether it is there where it is to ask, and would find us. */
export async function examineHook(setUp: SetUp, invocation: Invocation): Promise<Found[]> {
  const { workspace } = setUp;
  if (workspace.repository.workTree === null) return [];
  const { hooks, obstacles, asksNothing, place } = await examineHooks(workspace);
  const installed = hooks.some(({ state }) => state === "ours");
  // CI, and who leaves the records to it, needs no hook.
  if (!installed && (workspace.config.record.by === "ci" || process.env["CI"])) return [];
  const reinstall = async (dryRun: boolean): Promise<string[]> => {
    if (!dryRun) {
      const flags = { on: (name: string) => name === "pre-push-only" && asksNothing, text: () => null, list: () => [] };
      const terminal = { ...invocation.terminal, result: () => undefined, document: () => undefined, say: () => undefined };
      await installHooks({ ...invocation, dryRun: false, flags, terminal });
    }
    return ["installed the hooks again"];
  };
  // shipnote works without a hook and without a configuration: only who set it up misses one.
  const missed = installed || setUp.configFile !== null;
  return [
    ...obstacles.map(({ code, what, mend }): Found => ({
      code, level: missed ? "problem" : "advice", message: `${what.charAt(0).toUpperCase()}${what.slice(1)}.`, mend,
      // What was never there is not put there unasked, and what others share not at all.
      ...(installed && code !== "hook-blind" && place.shared === null ? { fix: reinstall } : {}),
    })),
    ...(installed ? fleeting() : []),
  ];
}

/** The hook names the place of this very tool: one that npx keeps goes when its cache does. */
function fleeting(): Found[] {
  const tool = process.argv[1] === undefined || !existsSync(process.argv[1]) ? null : realpathSync(process.argv[1]);
  const inPath = (process.env["PATH"] ?? "").split(delimiter).some((folder) => folder !== "" && !folder.includes("/_npx/") && existsSync(join(folder, "shipnote")));
  if (tool === null || !/\/_npx\//.test(tool) || inPath) return [];
  return [{
    code: "tool-fleeting", level: "advice",
    message: oneLine(`The hook calls ${tool}, which npx may take away at any time.`),
    mend: "npm install --save-dev shipnote && npx shipnote hook install",
  }];
}
