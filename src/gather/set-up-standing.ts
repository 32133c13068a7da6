import type { Config } from "../config.ts";
import { pathMatcher } from "../record/globs.ts";
import type { TestRun } from "./set-up-test-run.ts";

/**
 * Whether tests are run by a check that stands, under whatever name: one that calls the runner, itself or through a
 * script of package.json, or one of tests by a runner that cannot be told. A suite is not to run twice.
 *
 * @param runs all that the repository has
 */
export function isChecked(run: TestRun, { checks }: Pick<Config, "checks">, { runs, scripts }: { runs: readonly TestRun[]; scripts: Readonly<Record<string, string>> }): boolean {
  const calls = (command: string, { called, command: whole, plain }: TestRun): boolean => called?.test(command) === true || command.includes(plain) || command === whole;
  return Object.values(checks).some((check) => {
    if (check.kind !== "command" && check.kind !== "report") return false;
    const command = withScripts(check.command ?? "", scripts);
    return calls(command, run) || (isOfTests(check) && !runs.some((one) => calls(command, one)));
  });
}

/** A command with what the scripts that it calls say. */
function withScripts(command: string, scripts: Readonly<Record<string, string>>): string {
  const named = [...command.matchAll(/\b(?:npm|pnpm|yarn|bun)(?: run)? ([\w:.-]+)/g)].flatMap(([, name = ""]) => (Object.hasOwn(scripts, name) ? [scripts[name]] : []));
  return [command, ...named].join("\n");
}

function isOfTests(check: Extract<Config["checks"][string], { kind: "command" | "report" }>): boolean {
  const says = /(?:^|[\s/])tests?(?:$|[\s.:])/.test(check.command ?? "");
  if (check.kind !== "report") return says;
  return check.format === null ? says || /junit|test|\.tap$/i.test(check.report) : check.format === "junit" || check.format === "tap";
}

/** Whether a folder, or a part of it, is a component's that stands, under whatever name. */
export function isComponent(folder: string, { components }: Pick<Config, "components">): boolean {
  return Object.values(components).some(({ paths }) => pathMatcher(paths)(`${folder}/x`) || paths.some((glob) => glob.replace(/^\.?\/+/, "").startsWith(`${folder}/`)));
}
