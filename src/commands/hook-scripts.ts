import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { HookName } from "../git/hooks.ts";
import { shellWord } from "../rollback/undo.ts";

/**
 * The hooks' texts, each given the name under which another's hook is kept beside it: empty where there is none.
 *
 * @param asksNothing whether the pre-push hook is alone, and says before a push how to record it
 */
export function hookScripts(packageRoot: string, { asksNothing }: { asksNothing: boolean }): Record<HookName, (kept: string) => string> {
  const template = readFileSync(join(packageRoot, "templates", "hook.sh"), "utf8");
  const tool = realpathSync(join(packageRoot, "dist", "main.js"));
  const script = (hook: HookName) => (kept: string): string => {
    const words: Readonly<Record<string, string>> = { HOOK: hook, NODE: shellWord(process.execPath), TOOL: shellWord(tool), KEPT: kept, ALONE: asksNothing ? "yes" : "" };
    return template.replaceAll(/@([A-Z]+)@/g, (_, name: string) => words[name] ?? "");
  };
  return { "reference-transaction": script("reference-transaction"), "pre-push": script("pre-push"), "post-merge": script("post-merge") };
}

/** Where the package lies: this file is bundled into dist/commands. */
export function packageRoot(): string {
  return fileURLToPath(new URL("../..", import.meta.url));
}
