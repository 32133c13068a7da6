#!/usr/bin/env node

import { version } from "./version.ts";

// Nothing else is imported before it is known to be needed: a file costs a millisecond.
const args = process.argv.slice(2);

if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
  // Whoever went away does not want to hear it.
  process.stdout.on("error", () => undefined).write(`${version}\n`);
} else {
  try {
    const { runProgram } = await import("./program.ts");
    process.exitCode = await runProgram(args);
  } catch (error) {
    const [{ Failure }, { showFailure }] = await Promise.all([import("./failure.ts"), import("./program.ts")]);
    if (error instanceof Failure) {
      // What stands behind `--` belongs to the command that `run` starts.
      const ours = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
      showFailure(error, ours.includes("--json"));
      process.exitCode = error.exitStatus;
    } else {
      process.stderr.write(`shipnote: a defect of shipnote's own, please report it with what stands below.\n${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 70;
    }
  }
}
