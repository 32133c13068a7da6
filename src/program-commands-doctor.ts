import type { CommandLine } from "./program-command.ts";

/** `shipnote doctor`, as help shows it. */
export const doctor: CommandLine = {
  name: "doctor",
  usage: "",
  summary: "say what is wrong with the set-up, and how to mend it",
  core: false,
  writes: true,
  flags: [
    ["--fix", "mend what is safe to: hooks, index, leftovers, records that clash or that stand twice"],
    ["--checks", "run each check twice, and say which changes it cannot see"],
  ],
  more: `Looks at git, the hook, the configuration, CI and the notes. Each finding is a problem or advice, and says what
mends it; without problems the exit status is 0. --fix never touches the configuration. After a merge, it gives
the later of two records with one id an id of its own, and joins two records of one ship; both people's words and
files stay. Configured commands run with --checks only.

Examples:
  shipnote doctor
  shipnote doctor --fix --dry-run
  shipnote doctor --checks`,
  load: async () => (await import("./commands/doctor.ts")).doctor,
};
