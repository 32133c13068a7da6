import { findHooks } from "../git/hooks.ts";
import type { Repository } from "../git/repository.ts";
import type { Invocation } from "../invocation.ts";

/** What came of the hook: what its own command says as JSON, or why it was not put in place. */
export type HookOutcome = { installed: true; document: unknown; results: readonly string[]; remarks: readonly string[] } | { installed: false; why: string | null };

/**
 * Whether the hook is to be put in place: where it is wanted, nothing speaks against it and, in a terminal, somebody
 * agrees. Else why not; null where nobody asked for it.
 */
export async function agreeToHook({ terminal }: Invocation, repository: Repository, wanted: boolean): Promise<true | { why: string | null }> {
  if (!wanted) return { why: null };
  const { shared, off, directory, manager } = await findHooks(repository);
  if (off !== null) return { why: `Hooks are switched off here (core.hooksPath): ${off}, then shipnote hook install` };
  if (shared !== null) return { why: `The hooks of this repository are those of others, too (${directory}): shipnote hook install --shared, if all are to ask.` };
  if (!terminal.interactive) return true;
  const { confirm } = await import("../terminal-questions.ts");
  return (await confirm(`Install the git hook that asks${manager === null ? "" : `, beside those of ${manager}`}?`)) ? true : { why: "Later: shipnote hook install" };
}

/** Puts the hook in place. @throws Failure what `shipnote hook install` throws */
export async function placeHook(invocation: Invocation): Promise<HookOutcome> {
  let document: unknown = null;
  const [results, remarks]: [string[], string[]] = [[], []];
  const { installHooks } = await import("./hook-place.ts");
  await installHooks({
    ...invocation,
    terminal: {
      ...invocation.terminal,
      document: (value) => { document = value; },
      result: (text) => { results.push(text); },
      say: (text) => { remarks.push(text); },
    },
  });
  return { installed: true, document, results, remarks };
}
