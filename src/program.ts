import { resolve } from "node:path";
import { Failure } from "./failure.ts";
import { nearest } from "./failure-nearest.ts";
import type { Flags } from "./invocation.ts";
import { type CommandLine, commands, everywhere } from "./program-commands.ts";
import { asFlags, readFlags, readLeadingFlags } from "./program-flags.ts";
import { commandHelp, firstScreen, flagsOf, usageOf } from "./program-help.ts";
import { openTerminal, print } from "./terminal.ts";
import { version } from "./version.ts";

export { showFailure } from "./terminal.ts";

/**
 * Reads the command line and runs its command. Flags of every command may stand before it as well as behind it;
 * behind it they win.
 *
 * @returns the exit status
 * @throws Failure for everything expected, `usage` for a wrong call included
 */
export async function runProgram(argv: readonly string[]): Promise<number> {
  const { values, rest: [name, ...words] } = readLeadingFlags(argv, [...everywhere, ["-V, --version", ""]]);
  const leading = asFlags(values);
  if (leading.on("version")) {
    print(`${version}\n`);
    return 0;
  }
  const wanted = name === "help" ? words[0] : name;
  if (wanted === undefined || leading.on("help")) {
    print(firstScreen());
    return 0;
  }
  const spec = commands.find((command) => command.name === wanted);
  if (spec === undefined) throw unknownCommand(wanted);
  if (name === "help") {
    print(commandHelp(spec));
    return 0;
  }
  // What `run` runs has flags of its own.
  const read = spec.name === "run" ? readLeadingFlags(words, flagsOf(spec)) : readFlags(words, flagsOf(spec));
  const flags = asFlags(values, read.values);
  if (flags.on("help")) {
    print(commandHelp(spec));
    return 0;
  }
  return invoke(spec, "rest" in read ? read.rest : read.args, flags);
}

async function invoke(spec: CommandLine, args: readonly string[], flags: Flags): Promise<number> {
  const most = argumentsOf(spec);
  if (args.length > most) {
    const excess = args.slice(most).join(" ");
    throw new Failure("usage", most === 0 ? `${spec.name} takes no arguments, and got '${excess}'.` : `${spec.name} takes ${most === 1 ? "one argument" : `${most} arguments`}, and got '${excess}' as well.`, {
      expected: `shipnote ${spec.name} ${usageOf(spec)}`,
      retry: true,
    });
  }
  const configFile = flags.text("config");
  const terminal = openTerminal({
    json: flags.on("json"),
    quiet: flags.on("quiet"),
    color: !flags.on("no-color") && !flags.on("plain"),
    yes: flags.on("yes"),
  });
  const action = await spec.load();
  return action({
    terminal,
    directory: resolve(flags.text("C") ?? "."),
    named: flags.text("C") !== null,
    configFile: configFile === null ? null : resolve(configFile),
    dryRun: flags.on("dry-run"),
    args,
    flags,
  });
}

/** How many arguments a command takes at most. */
function argumentsOf({ usage }: CommandLine): number {
  if (usage === "") return 0;
  return usage.endsWith("...") ? Number.POSITIVE_INFINITY : usage.split(" ").length;
}

function unknownCommand(name: string): Failure {
  const names = commands.map((spec) => spec.name);
  const meant = nearest(name, names);
  return new Failure("usage", `There is no command '${name}'.`, {
    expected: `one of ${names.join(", ")} (shipnote --help)${meant === null ? "" : `; did you mean ${meant}?`}`,
    retry: true,
  });
}
