import { resolve } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { Failure } from "./failure.ts";
import type { Flags } from "./invocation.ts";
import { type CommandLine, commands, everywhere, exitStatuses, type FlagLine } from "./program-commands.ts";
import { openTerminal, print } from "./terminal.ts";
import { version } from "./version.ts";

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
    .configureOutput({ writeOut: print, writeErr: () => undefined })
    .configureHelp({ visibleCommands: () => [], visibleOptions: () => [] })
    .addHelpText("after", firstScreen());
  addFlags(program, everywhere);
  program.action((_options, command: Command) => {
    if (command.getOptionValue("version") === true) print(`${version}\n`);
    else if (command.args.length > 0) throw unknownCommand(command.args[0] ?? "");
    else program.outputHelp();
  });
  program.allowExcessArguments(true);
  for (const spec of commands) {
    const command = program.command(spec.name, { hidden: !spec.core }).description(spec.summary).usage(usageOf(spec));
    command.argument("[args...]").exitOverride().configureOutput({ writeOut: print, writeErr: () => undefined }).configureHelp({ visibleArguments: () => [] });
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
  const most = argumentsOf(spec);
  if (args.length > most) {
    const excess = args.slice(most).join(" ");
    throw new Failure("usage", most === 0 ? `${spec.name} takes no arguments, and got '${excess}'.` : `${spec.name} takes one argument, and got '${excess}' as well.`, {
      expected: `shipnote ${spec.name} ${usageOf(spec)}`,
      retry: true,
    });
  }
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

/** How a command is called, behind its name: what stands behind `--` comes last. */
function usageOf({ usage }: CommandLine): string {
  return usage.startsWith("--") ? `[flags] ${usage}` : `${usage} [flags]`.trim();
}

/** How many arguments a command takes at most. */
function argumentsOf({ usage }: CommandLine): number {
  if (usage === "") return 0;
  return usage.endsWith("...") ? Number.POSITIVE_INFINITY : 1;
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
  -V, --version       print the version

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
