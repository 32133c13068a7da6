import type { CommandLine } from "./program-command.ts";

/** `shipnote init`. */
export const init: CommandLine = {
  name: "init",
  usage: "",
  summary: "set the repository up: configuration, hook, job of CI",
  core: true,
  writes: true,
  flags: [
    ["--by WHO", "who records a push: hook (default) or ci (with --ci)"],
    ["--ci FORGE", "write the job that records: github, gitlab or other"],
    ["--deliver HOW", "how the job delivers: pull-request (default), commit, artifact, summary"],
    ["--no-hook", "install no hook"],
    ["--force", "write over a job that stands and is another"],
  ],
  more: `Looks at the repository and proposes a configuration that works as it stands; what is only guessed is
commented out, with the reason. Each file is shown, and written where you agree. It may be run again: what stands is
kept, comments included, and only what is missing comes in. To decline something for good, comment it out.

Examples:
  shipnote init
  shipnote init --dry-run
  shipnote init --ci github --deliver commit`,
  load: async () => (await import("./commands/init.ts")).init,
};
