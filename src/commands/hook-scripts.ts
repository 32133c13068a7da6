import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { HookName, HookScript } from "../git/hook-files.ts";
import { shellWord } from "../rollback/undo.ts";

/**
 * The text of each hook.
 *
 * @param asksNothing whether the pre-push hook is alone, and says before a push how to record it
 */
export function hookScripts({ asksNothing }: { asksNothing: boolean }): Record<HookName, HookScript> {
  const root = packageRoot();
  const template = readFileSync(join(root, "templates", "hook.sh"), "utf8");
  const tool = lasting(realpathSync(join(root, "dist", "main.js")));
  const script = (hook: HookName): HookScript => (kept) => {
    const words: Readonly<Record<string, string>> = {
      HOOK: hook, NODE: shellWord(process.execPath), TOOL: shellWord(tool), KEPT: kept?.name ?? "", MANAGED: kept?.generated === true ? "yes" : "",
      ALONE: asksNothing ? "yes" : "",
      MARKS: kept === null ? "Stands in nobody's place." : `Stands in the place of another's hook. ${marksOf(kept.text)}`.trimEnd(),
    };
    return template.replaceAll(/@([A-Z]+)@/g, (_, name: string) => words[name] ?? "");
  };
  return { "reference-transaction": script("reference-transaction"), "pre-push": script("pre-push"), "post-merge": script("post-merge") };
}

/**
 * By what lefthook and pre-commit know a hook of theirs. With it in ours they write theirs over it, or take it away with
 * theirs; without it they put ours aside, in the place of what they had put aside before.
 */
function marksOf(text: string): string {
  return [/\bLEFTHOOK\b/, /\bID: [0-9a-f]{32}\b/].flatMap((mark) => mark.exec(text)?.[0] ?? []).join(" ");
}

/**
 * The way to the tool that leads to its next version as well: pnpm keeps each version in a folder of its own, and links
 * to it from node_modules.
 */
function lasting(tool: string): string {
  const parts = tool.split("/node_modules/");
  const linked = parts.slice(1).flatMap((_, place) => {
    const modules = `${parts.slice(0, place + 1).join("/node_modules/")}/node_modules`;
    return [modules, join(modules, ".pnpm", "node_modules")].map((folder) => join(folder, "shipnote", "dist", "main.js"));
  });
  return linked.find((path) => real(path) === tool) ?? tool;
}

function real(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** Where the package lies: this file is bundled into dist/commands. */
function packageRoot(): string {
  return fileURLToPath(new URL("../..", import.meta.url));
}
