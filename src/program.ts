import { resolve } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { Failure } from "./failure.ts";
import type { Action, Flags } from "./invocation.ts";
import { openTerminal } from "./terminal.ts";
import { version } from "./version.ts";

/** A flag as commander writes it (`--from REV`), and its line of help. */
type FlagLine = readonly [flag: string, description: string];

interface CommandLine {
  name: string;
  /** Positional arguments, as help shows them. */
  usage: string;
  summary: string;
  /** What help says below the flags: examples, exit statuses. */
  more?: string;
  /** On the first screen of help. */
  core: boolean;
  writes: boolean;
  flags: readonly FlagLine[];
  load: () => Promise<Action>;
}

const line: readonly FlagLine[] = [
  ["--env NAME", "the environment (default: `environment` of the configuration)"],
  ["--component NAME", "the component, as configured"],
];

/** Every command with its flags and help, as data; each action is loaded when it is called. */
const commands: readonly CommandLine[] = [
  {
    name: "record",
    usage: "",
    summary: "write the change record of the last ship into notes/",
    core: true,
    writes: true,
    flags: [
      ["--from REV", "where the range begins (exclusive)"],
      ["--to REV", "where it ends (inclusive; default: HEAD)"],
      ["--no-range", "a ship without commits: a flag, a setting, a data repair (needs --title)"],
      ...line,
      ["--at ISO", "when it shipped (ISO 8601)"],
      ["--relink", "write the new shas of a ship whose history was rewritten"],
      ["--title T", "the title"],
      ["--reason T", "why it was done"],
      ["--expected T", "the expected result, e.g. `tests failed <= 0`"],
      ["--assumptions T", "what the expectation rests on"],
      ["--rollback T", "what to know when undoing it, beside the derived commands"],
      ["--owner NAME", "who answers for it"],
      ["--command CMD...", "a command that was run but not captured (may be repeated)"],
      ["--no-commands", "take no captured commands"],
      ["--before NAME=FILE...", "a report from before the change (may be repeated)"],
      ["--after NAME=FILE...", "a report from after the change (may be repeated)"],
      ["--baseline FILE", "results that `before --save` wrote"],
      ["--results FILE", "results that `after --save` wrote"],
      ["--approved-by WHO...", "who approved it (may be repeated)"],
      ["--artifact NAME=DIGEST...", "what was shipped (may be repeated)"],
      ["--id ID", "bring this record up to date"],
      ["--commit", "commit the record's own files, and nothing else"],
      ["--index", "rebuild the index as well"],
      ["--stdout", "print the markdown instead of writing files"],
      ["--force", "record overlapping ranges, overwrite edited regions, append to prose"],
      ["--upgrade", "render an old record with today's templates"],
    ],
    more: `Where the range begins, without --from: at the end of the line's last record, else where the upstream
branch is, else at the nearest tag, else at the commit before. Running it again is safe: the same ship
is brought up to date, never written twice.

Examples:
  shipnote record                               the last ship, with questions in a terminal
  shipnote record --from v1.4.0 --reason "…"    everything since a tag
  shipnote record --no-range --title "Turn search on for everybody"
  shipnote record --to v1.3.2                   a rollback to an older commit`,
    load: async () => (await import("./commands/record.ts")).record,
  },
  {
    name: "run",
    usage: "-- CMD ARG...",
    summary: "run a command as if it were typed, and keep it for the record",
    core: true,
    writes: false,
    flags: [
      ["--as KIND", "backup, migrate, deploy, verify, rollback or other"],
      ["--name N", "a name for the record"],
      ...line,
      ["--no-output", "keep nothing of what it prints"],
    ],
    more: `The command gets this terminal, its streams and its signals, and \`run\` ends as it does.

Examples:
  shipnote run --as deploy -- make deploy
  shipnote run --as backup -- pg_dump -Fc app -f app.dump`,
    load: async () => (await import("./commands/run.ts")).run,
  },
  {
    name: "before",
    usage: "",
    summary: "run the checks and keep the results as the baseline",
    core: true,
    writes: true,
    flags: [["--save FILE", "write the results to a file, too"], ["--only NAME...", "only this check (may be repeated)"], ...line],
    load: async () => (await import("./commands/before.ts")).before,
  },
  {
    name: "after",
    usage: "",
    summary: "run the checks again, keep the results, and compare",
    core: true,
    writes: true,
    flags: [["--save FILE", "write the results to a file, too"], ["--only NAME...", "only this check (may be repeated)"], ...line],
    load: async () => (await import("./commands/after.ts")).after,
  },
  {
    name: "rollback",
    usage: "[ID]",
    summary: "print how to undo the last ship, or the ship ID",
    core: true,
    writes: false,
    flags: [...line, ["--check", "say for every record whether undoing would still apply to HEAD"]],
    load: async () => (await import("./commands/rollback.ts")).rollback,
  },
  {
    name: "list",
    usage: "",
    summary: "list records, newest first",
    core: true,
    writes: false,
    flags: [
      ["--env NAME", "of this environment"],
      ["--component NAME", "of this component"],
      ["--since DAY", "shipped on or after this day (YYYY-MM-DD)"],
      ["--until DAY", "shipped on or before this day"],
      ["--owner NAME", "of this owner"],
      ["--verdict WORD", "with this verdict"],
      ["--hazard KIND", "with such a hazard"],
      ["--outcome WORD", "that ended so: ok, failed, rolled-back, superseded"],
      ["--grep TEXT", "whose title, subjects or paths hold this text"],
      ["--limit N", "at most so many"],
    ],
    load: async () => (await import("./commands/list.ts")).list,
  },
  {
    name: "show",
    usage: "[ID]",
    summary: "show one record: the last, or ID",
    core: true,
    writes: false,
    flags: [["--format FORMAT", "markdown (default) or summary"]],
    load: async () => (await import("./commands/show.ts")).show,
  },
  {
    name: "index",
    usage: "",
    summary: "rebuild the index in notes/README.md and notes/<year>/README.md",
    core: false,
    writes: true,
    flags: [["--check", "write nothing, exit with 1 where the index is stale"], ["--force", "overwrite an index that was edited by hand"]],
    load: async () => (await import("./commands/index.ts")).index,
  },
  {
    name: "runbook",
    usage: "[NAME]",
    summary: "rebuild the runbooks in notes/runbooks from the commands in the records",
    core: false,
    writes: true,
    flags: [["--force", "overwrite regions that were edited by hand"]],
    load: async () => (await import("./commands/runbook.ts")).runbook,
  },
  {
    name: "schema",
    usage: "record|config|outcome",
    summary: "print a JSON Schema",
    core: false,
    writes: false,
    flags: [],
    load: async () => (await import("./commands/schema.ts")).schema,
  },
];

const everywhere: readonly FlagLine[] = [
  ["-C DIR", "work as if started in DIR"],
  ["--config FILE", "the configuration (default: shipnote.config.yaml, .yml or .json at the root)"],
  ["--json", "one JSON document on stdout, nothing else there"],
  ["-q, --quiet", "no progress and hints on stderr"],
  ["--no-color", "no colour (NO_COLOR, FORCE_COLOR and CI count, too)"],
  ["-y, --yes", "ask nothing"],
];

const exitStatuses = `Exit status: 0 done, or nothing to do; 1 the answer is no; 2 the call or the configuration is wrong;
3 the surroundings are; 4 a check could not be run; 130 interrupted. \`run\` ends as its command did.`;

/**
 * Reads the command line and runs its command.
 *
 * @returns the exit status
 * @throws Failure for everything expected, `usage` for a wrong call included
 */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let status = 0;
  const program = new Command("shipnote");
  program
    .description("Writes down what a ship changed, why, which commands ran, whether it helped, who owns it and how to undo it.")
    .usage("[-C DIR] COMMAND [flags]")
    .option("-V, --version", "print the version")
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .configureHelp({ visibleCommands: () => [], visibleOptions: () => [] })
    .addHelpText("after", firstScreen());
  addFlags(program, everywhere);
  program.action((_options, command: Command) => {
    if (command.getOptionValue("version") === true) process.stdout.write(`${version}\n`);
    else if (command.args.length > 0) throw unknownCommand(command.args[0] ?? "");
    else program.outputHelp();
  });
  program.allowExcessArguments(true);
  for (const spec of commands) {
    const command = program.command(spec.name, { hidden: !spec.core }).description(spec.summary).usage(`${spec.usage === "" ? "" : `${spec.usage} `}[flags]`);
    command.argument("[args...]").exitOverride().configureOutput({ writeErr: () => undefined }).configureHelp({ visibleArguments: () => [] });
    if (spec.name === "run") command.passThroughOptions();
    addFlags(command, [...spec.flags, ...(spec.writes ? [["--dry-run", "say what would be written, write nothing"] as const] : []), ...everywhere]);
    command.addHelpText("after", `${spec.more === undefined ? "" : `\n${spec.more}\n`}\n${exitStatuses}`);
    command.action(async (args: string[]) => {
      status = await invoke(spec, args, flagsOf(program, command));
    });
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw usageFailure(error);
  }
  return status;
}

async function invoke(spec: CommandLine, args: readonly string[], flags: Flags): Promise<number> {
  const directory = resolve(flags.text("C") ?? ".");
  const configFile = flags.text("config");
  const terminal = openTerminal({
    json: flags.on("json"),
    quiet: flags.on("quiet"),
    color: !flags.on("no-color"),
    yes: flags.on("yes"),
  });
  const action = await spec.load();
  return action({
    terminal,
    directory,
    named: flags.text("C") !== null,
    configFile: configFile === null ? null : resolve(configFile),
    dryRun: flags.on("dry-run"),
    args,
    flags,
  });
}

/** The long name (or the letter, where there is none) under which a flag is asked for. */
function nameOf(option: Option): string {
  return option.long?.replace(/^--/, "") ?? option.short?.replace(/^-/, "") ?? "";
}

function addFlags(command: Command, lines: readonly FlagLine[]): void {
  for (const [flag, description] of lines) {
    const many = flag.endsWith("...");
    const option = new Option(flag.replace(/ ([A-Z=]+)(?:\.\.\.)?$/, " <$1>"), description);
    // Commander's variadic options swallow what follows; ours take one value and may be repeated.
    if (many) option.argParser((value: string, previous: unknown) => [...(Array.isArray(previous) ? previous : []), value]);
    command.addOption(option);
  }
}

/** Flags may stand before the command as well as behind it; behind it they win. */
function flagsOf(program: Command, command: Command): Flags {
  const given = new Map<string, unknown>();
  for (const source of [program, command]) {
    for (const option of source.options) {
      const key = option.attributeName();
      if (source.getOptionValueSource(key) !== "cli") continue;
      const value: unknown = source.getOptionValue(key);
      given.set(nameOf(option), option.negate ? value === false : value);
    }
  }
  return {
    on: (name) => given.get(name) === true,
    text: (name) => {
      const value = given.get(name);
      return typeof value === "string" ? value : null;
    },
    list: (name) => {
      const value = given.get(name);
      return Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
    },
  };
}

function firstScreen(): string {
  const rows = (core: boolean): string =>
    commands.filter((spec) => spec.core === core).map((spec) => `  ${`${spec.name} ${spec.usage}`.padEnd(20)}${spec.summary}`).join("\n");
  return `
The core:
${rows(true)}

More:
${rows(false)}

Everywhere:
${everywhere.map(([flag, description]) => `  ${flag.padEnd(20)}${description}`).join("\n")}

\`shipnote COMMAND --help\` says more.
${exitStatuses}`;
}

function unknownCommand(name: string): Failure {
  return new Failure("usage", `There is no command '${name}'.`, {
    expected: `one of ${commands.map((spec) => spec.name).join(", ")} (shipnote --help)`,
    retry: true,
  });
}

function usageFailure(error: CommanderError): Failure {
  return new Failure("usage", error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " "), {
    expected: "a call as `shipnote --help` and `shipnote COMMAND --help` describe it",
    retry: true,
  });
}
