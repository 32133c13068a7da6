import { type CommandLine, commands, everywhere, exitStatuses, type FlagLine } from "./program-commands.ts";

/** What `shipnote --help` shows. */
export function firstScreen(): string {
  const rows = (core: boolean): string =>
    commands.filter((spec) => spec.core === core).map((spec) => `  ${`${spec.name} ${spec.usage}`.padEnd(22)}${spec.summary}`).join("\n");
  return `Usage: shipnote [-C DIR] COMMAND [flags]

Writes down what a ship changed, why, which commands ran, whether it helped, who
owns it and how to undo it.

The core:
${rows(true)}

More:
${rows(false)}

Everywhere:
${everywhere.map(([flag, description]) => `  ${flag.padEnd(22)}${description}`).join("\n")}
  -V, --version         print the version

\`shipnote COMMAND --help\` says more.
${exitStatuses}
`;
}

/** What `shipnote COMMAND --help` shows. */
export function commandHelp(spec: CommandLine): string {
  const lines: readonly FlagLine[] = [...flagsOf(spec), ["-h, --help", "show this"]];
  const width = Math.max(...lines.map(([flag]) => flag.length)) + 2;
  return `Usage: shipnote ${spec.name} ${usageOf(spec)}

${spec.summary}

Options:
${lines.map(([flag, description]) => wrapped(flag, description, width)).join("\n")}
${spec.more === undefined ? "" : `\n${spec.more}\n`}
${exitStatuses}
`;
}

/** Every flag that a command takes. */
export function flagsOf({ flags, writes }: CommandLine): readonly FlagLine[] {
  return [...flags, ...(writes ? [["--dry-run", "say what would be written, write nothing"] as const] : []), ...everywhere];
}

/** How a command is called, behind its name: what stands behind `--` comes last. */
export function usageOf({ usage }: CommandLine): string {
  return usage.startsWith("--") ? `[flags] ${usage}` : `${usage} [flags]`.trim();
}

const lineLength = 80;

function wrapped(flag: string, description: string, width: number): string {
  const lines = [""];
  for (const word of description.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && 2 + width + last.length + 1 + word.length > lineLength) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return `  ${flag.padEnd(width)}${lines.join(`\n  ${" ".repeat(width)}`)}`;
}
