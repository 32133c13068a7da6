import type { CheckConfig, Config } from "../config.ts";
import { Failure } from "../failure.ts";

/**
 * The checks to measure, by name: those of `--only`, else the component's, else all.
 *
 * @throws Failure `usage` where a name is not configured, or nothing is
 */
export function configuredChecks(
  { checks, components }: Pick<Config, "checks" | "components">,
  { only, component }: { only: readonly string[]; component: string | null },
): Record<string, CheckConfig> {
  const known = component === null || !Object.hasOwn(components, component) ? null : components[component];
  if (component !== null && !known) throw unknown("component", component, Object.keys(components));
  const names = only.length > 0 ? [...new Set(only)] : (known?.checks ?? Object.keys(checks));
  if (names.length === 0) {
    throw new Failure("usage", "No check is configured, so there is nothing to measure.", {
      expected: "`checks:` in shipnote.config.yaml, or a report given to record with --before NAME=FILE and --after NAME=FILE",
      retry: true,
    });
  }
  return Object.fromEntries(names.map((name) => {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) throw unknown("check", name, Object.keys(checks));
    return [name, check];
  }));
}

function unknown(what: string, name: string, known: readonly string[]): Failure {
  return new Failure("usage", `There is no ${what} '${name}'.`, {
    expected: known.length === 0 ? `a ${what} that is configured; none is` : `one of ${known.join(", ")}`,
    retry: true,
  });
}
