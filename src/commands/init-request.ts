import { Failure } from "../failure.ts";
import type { SetUp } from "../gather/set-up.ts";
import type { Invocation } from "../invocation.ts";
import { deliveries, type Delivery, forges, type JobForge } from "./init-ci.ts";

/** The flags of `shipnote init`, validated. */
export interface InitRequest {
  by: "hook" | "ci" | null;
  ci: JobForge | null;
  deliver: Delivery;
  hook: boolean;
  /** Write over a job that stands and is another. */
  force: boolean;
}

/** @throws Failure `usage` */
export function readInitRequest({ flags }: Invocation): InitRequest {
  const ci = oneOf(flags.text("ci"), forges, "--ci");
  const deliver = oneOf(flags.text("deliver"), deliveries, "--deliver");
  if (deliver !== null && ci === null) {
    throw new Failure("usage", "--deliver says how a job of CI delivers, and without --ci none is written.", { expected: `--ci ${forges.join("|")} --deliver ${deliver}`, retry: true });
  }
  return { by: oneOf(flags.text("by"), ["hook", "ci"] as const, "--by"), ci, deliver: deliver ?? "pull-request", hook: !flags.on("no-hook"), force: flags.on("force") };
}

function oneOf<T extends string>(given: string | null, known: readonly T[], flag: string): T | null {
  if (given === null) return null;
  const found = known.find((one) => one === given);
  if (found !== undefined) return found;
  throw new Failure("usage", `${flag} knows no '${given}'.`, { expected: `one of ${known.join(", ")}`, retry: true });
}

/** Who writes the record of a push. The one question of `init`; where nobody can be asked, the hook, or CI where its job is asked for. */
export async function whoRecords({ terminal }: Invocation, { by, ci }: InitRequest): Promise<"hook" | "ci"> {
  if (by !== null) return by;
  const usual = ci === null ? "hook" : "ci";
  if (!terminal.interactive) return usual;
  const { canDraw, choose } = await import("../terminal-questions.ts");
  const options = [
    { value: "hook" as const, label: "the terminal in which git push was typed asks (hook)", key: "h" },
    { value: "ci" as const, label: "a job of CI writes it (ci)", key: "c" },
  ];
  return choose("Who writes the record of a push?", usual === "hook" ? options : options.toReversed(), { plain: !canDraw(), strong: terminal.strong, editor: "" });
}

/** The forge that a job is written for: the one that was named; where CI records and somebody can be asked, the repository's own. */
export async function jobForgeOf({ terminal }: Invocation, { ci }: InitRequest, { setUp, by }: { setUp: SetUp; by: "hook" | "ci" }): Promise<JobForge | null> {
  const kind = setUp.forge?.kind;
  if (ci !== null || by === "hook" || !terminal.interactive || (kind !== "github" && kind !== "gitlab")) return ci;
  const { confirm } = await import("../terminal-questions.ts");
  return (await confirm(`Write the job for ${kind === "github" ? "GitHub Actions" : "GitLab CI"} as well?`)) ? kind : null;
}
