import type { Config } from "../config.ts";
import { shippingBranches, shippingTags } from "./set-up-branches.ts";
import { isChecked, isComponent } from "./set-up-standing.ts";
import type { SetUp } from "./set-up.ts";
import type { TestRun } from "./set-up-test-run.ts";
import { defaultBranches } from "./ship-lines.ts";

/** A value for the configuration, and what speaks for it. */
export interface Proposal {
  key: string;
  /** In the mapping of `key`: a check, a component, an environment, or a key of its own; null for the key as a whole. */
  name: string | null;
  /** Undefined where there is only something to say. */
  value: unknown;
  /** Sentences, each for a line of comment. Names from the repository stand in them as {@link shown} makes them. */
  why: readonly string[];
  /** Whether it works as it stands; what is only guessed is for people to look at. */
  sure: boolean;
}

/** How long a whole test suite may take before it counts as hanging. */
const testTimeout = "20m";
const mostGuessedParts = 6;

/** A text of the repository's in a sentence: on one line, and nothing in it that a terminal or YAML would obey. */
export function shown(text: string): string {
  return /^[\w@%+=:,./ ()<>&*~|$'"-]*$/.test(text) ? text : JSON.stringify(text).replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * What the configuration of this repository could say, in the order of its keys: beside what people have said in it
 * already, under whatever names. Where they said what ships, nothing is added: `environments` stands in place of
 * `branches`, and a second entry would take a push twice.
 *
 * @param standing the configuration that there is, or the one of a repository without
 */
export function propose(setUp: SetUp, by: "hook" | "ci", standing: Config): Proposal[] {
  const isOpen = standing.environments === null && standing.branches === null;
  return [
    ...(isOpen ? [...environments(setUp, standing), ...branches(setUp, standing)] : []),
    sure("record", "by", by, [by === "hook" ? "The hook: the terminal in which `git push` was typed asks for the record." : "CI: a job writes the record of each push (shipnote init --ci writes the job)."]),
    ...notes(setUp), ...owner(setUp), ...ignored(setUp), ...forge(setUp), ...components(setUp, standing), ...tests(setUp, standing), ...health(setUp), ...compare(setUp), ...rollback(setUp),
  ];
}

function sure(key: string, name: string | null, value: unknown, why: readonly string[]): Proposal {
  return { key, name, value, why, sure: true };
}

function guess(key: string, name: string | null, value: unknown, why: readonly string[]): Proposal {
  return { key, name, value, why, sure: false };
}

function said(key: string, why: string): Proposal {
  return { key, name: null, value: undefined, why: [why], sure: false };
}

function environments({ jobs, lines }: SetUp, { environment }: Config): Proposal[] {
  const [byTag, byBranch] = [shippingTags(jobs, lines), shippingBranches(jobs, lines)];
  if (byTag !== null && (byBranch === null || (byTag.sure && !byBranch.sure))) {
    const make = byTag.sure ? sure : guess;
    return [make("environments", environment, { tags: byTag.tags }, [
      byTag.sure ? `A tag is a ship here: ${shown(byTag.seenIn)} starts with one. Add branches: [...] if a push to one ships, too.` : `A job of ${shown(byTag.seenIn)} ships, and tags are among what starts it: if it ships those:`,
    ])];
  }
  if (byTag !== null && byBranch !== null) {
    return [
      guess("environments", "staging", { branches: byBranch.branches }, [`${shown(byBranch.seenIn)} ships pushes to a branch, ${shown(byTag.seenIn)} ships tags: if these are two environments, name them.`]),
      guess("environments", "production", { tags: byTag.tags }, []),
    ];
  }
  const { releaseBranches } = lines;
  if (releaseBranches.length === 0) return [];
  const folder = releaseBranches[0]?.split("/")[0] ?? "release";
  return [
    guess("environments", "staging", { branches: [lines.defaultBranch ?? "main"] }, [`There are branches such as ${shown(releaseBranches.at(-1) ?? "")}: if a push to one ships to production, and to the main branch elsewhere:`]),
    guess("environments", "production", { branches: [`${folder}/*`] }, []),
  ];
}

function branches(setUp: SetUp, standing: Config): Proposal[] {
  const { jobs, lines } = setUp;
  if (environments(setUp, standing).some((one) => one.sure)) return [];
  const { defaultBranch } = lines;
  const found = shippingBranches(jobs, lines);
  const byBranch = found !== null && found.branches.some((branch) => !defaultBranches(defaultBranch).includes(branch)) ? found : null;
  if (byBranch?.sure === true) return [sure("branches", null, byBranch.branches, [`${shown(byBranch.seenIn)} ships pushes to these.`])];
  if (defaultBranch !== null && !defaultBranches(null).includes(defaultBranch)) {
    return [sure("branches", null, [defaultBranch], ["The default branch, by name: a clone that does not know it (CI's) would take main or master."])];
  }
  return byBranch === null || shippingTags(jobs, lines) !== null ? [] : [guess("branches", null, byBranch.branches, [`A job of ${shown(byBranch.seenIn)} ships, and pushes to these start it: if each of them reaches users:`])];
}

function notes({ notesTaken }: SetUp): Proposal[] {
  return notesTaken === null ? [] : [sure("notes", null, "change-records", [`Elsewhere, for ${notesTaken}.`])];
}

function owner({ codeowners }: SetUp): Proposal[] {
  return codeowners === null ? [] : [said("owner", `Found: ${shown(codeowners)}.`)];
}

function ignored({ generated }: SetUp): Proposal[] {
  return generated.length === 0 ? [] : [sure("ignore", null, [...new Set(generated)], [".gitattributes calls these generated or vendored."])];
}

function forge({ forge: found }: SetUp): Proposal[] {
  if (found === null) return [];
  if (found.kind !== "other") return [said("forge", `Found: ${found.kind}, ${shown(found.url)}.`)];
  return [guess("forge", null, { kind: "gitlab", url: found.url }, ["The remote's host does not say which forge it is. With its kind, pull requests and issues become links:"])];
}

function components({ parts }: SetUp, standing: Config): Proposal[] {
  const shipping = parts.filter(({ shipsBy }) => shipsBy !== null);
  const value = (path: string) => ({ paths: [`${path}/**`] });
  if (shipping.length >= 2) {
    return shipping.filter(({ path }) => !isComponent(path, standing)).map(({ name, path, shipsBy }) => sure("components", name, value(path), [`Ships by itself: ${shown(shipsBy ?? "")}.`]));
  }
  const [first, ...rest] = parts.slice(0, mostGuessedParts);
  if (first === undefined) return [];
  const more = parts.length > mostGuessedParts ? ` ${parts.length - mostGuessedParts} more of them are left out here.` : "";
  const why = `Nothing shows whether these ship by themselves or as one.${more} If each does, a push that touches two is two records:`;
  return [guess("components", first.name, value(first.path), [why]), ...rest.map(({ name, path }) => guess("components", name, value(path), []))];
}

function tests({ tests: runs, scripts, reports }: SetUp, standing: Config): Proposal[] {
  const taken = new Set(Object.keys(standing.checks));
  return runs.flatMap((run, place) => {
    if (isChecked(run, standing, { runs, scripts })) return [];
    const wanted = place === 0 && !taken.has("tests") ? "tests" : `tests-${run.runner.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
    const name = taken.has(wanted) ? `${wanted}-${place + 1}` : wanted;
    taken.add(name);
    return [sure("checks", name, checkOf(run), [
      `${run.runner}, in ${run.seenIn.map(shown).join(", ")}: ${run.report === null ? "tells whether it fails, and how long it takes; a report would tell which tests." : "a test that newly fails is a regression."}`,
      ...(run.report?.startsWith("reports/") === true && !reports.ignored ? ["The report is made anew by each run: `reports/` belongs into .gitignore."] : []),
    ])];
  });
}

function checkOf({ report, format, command }: TestRun): object {
  return report === null ? { command, rounds: 1, timeout: testTimeout } : { report, ...(format === null ? {} : { format }), command, timeout: testTimeout };
}

function health({ health: route, port }: SetUp): Proposal[] {
  if (route === null) return [];
  const url = `http://127.0.0.1:${port?.port ?? 8000}${route.route}`;
  const where = port === null ? "the port is not known" : `port ${port.port} is ${shown(port.seenIn)}'s`;
  return [guess("checks", "health", { http: url, expect: { status: 200 } }, [
    `A guess: ${shown(route.path)}:${route.line} has the route ${shown(route.route)}, ${where}. Nothing says where it is served: put in the address that your users reach, or start the server before \`shipnote before\`.`,
  ])];
}

function compare({ tests: runs }: SetUp): Proposal[] {
  const installs = [...new Set(runs.flatMap(({ install }) => install ?? []))];
  if (installs.length === 0) return [];
  return [sure("compare", "setup", installs.join(" && "), ["What `shipnote compare` runs in the worktree of each side, before the checks."])];
}

function rollback({ deploys, tests: runs }: SetUp): Proposal[] {
  const [deploy, install, test] = [deploys[0] ?? null, runs[0]?.install ?? null, runs[0] ?? null];
  return [
    ...(deploy === null ? [] : [guess("rollback", "commands", ["git revert --no-edit -m 1 {merge}", deploy.command], [`${shown(deploy.seenIn)} has a deploy command. If it is how an undone tree ships, too:`])]),
    ...(install === null ? [] : [guess("rollback", "setup", install, [])]),
    ...(test === null ? [] : [guess("rollback", "rehearse", [test.plain], ["What shows that the undone tree works:"])]),
  ];
}
