import { findReports } from "../checks/report-paths.ts";
import type { Config } from "../config.ts";
import { Failure } from "../failure.ts";
import { endsInTime } from "../formats/pattern-samples.ts";
import { isNamed } from "../gather/ship-lines.ts";
import { factsGit, type Repository } from "../git/repository.ts";
import { trackedPaths } from "../git/staged.ts";
import { pathMatcher } from "../record/globs.ts";
import { oneLine } from "../terminal.ts";
import type { Found, SetUp } from "./doctor-finding.ts";

/** What of the configuration is sound by itself, and means nothing here. */
export async function examineConfig(setUp: SetUp): Promise<Found[]> {
  const { config, repository } = setUp.workspace;
  const file = setUp.configFile;
  // Defaults name nothing that could be missing.
  if (file === null) return [];
  const paths = await trackedPaths(repository);
  return [
    ...unmatchedGlobs(config, paths, file),
    ...(await missingReports(config, repository, file)),
    ...slowPatterns(config, file),
    ...(await ticketFindings(config, repository, file)),
    ...environmentFindings(config, file),
    ...(await missingBranches(config, repository, file)),
  ];
}

/** Every problem of a configuration that does not load, one finding each. */
export function invalidConfig({ message }: Failure): Found[] {
  return message.split("\n").map((problem): Found => {
    const [, place, words] = /^(.+?:\d+:\d+): (.*)$/s.exec(problem) ?? [];
    return {
      code: "config-invalid", level: "problem", message: oneLine(problem),
      mend: words === undefined ? "keep one configuration: `shipnote schema config` describes it" : `mend ${oneLine(place ?? "")}; \`shipnote schema config\` describes each key`,
    };
  });
}

function unmatchedGlobs(config: Config, paths: readonly string[], file: string): Found[] {
  const globs: [key: string, glob: string][] = [
    ...Object.entries(config.kinds).flatMap(([kind, list]) => (list ?? []).map((glob): [string, string] => [`kinds.${kind}`, glob])),
    ...config.ignore.map((glob): [string, string] => ["ignore", glob]),
    ...config.hazards.map(({ match }): [string, string] => ["hazards", match]),
    ...Object.entries(config.components).flatMap(([name, component]) => component.paths.map((glob): [string, string] => [`components.${name}.paths`, glob])),
  ];
  return globs.filter(([, glob]) => !paths.some(pathMatcher([glob.replace(/^!/, "")]))).map(([key, glob]): Found => ({
    code: "glob-unmatched", level: "advice",
    message: oneLine(`${key}: ${glob} matches none of the files that git tracks.`),
    mend: oneLine(`correct it in ${file}, or take it out; \`git ls-files\` shows what there is`),
  }));
}

/** Reports that nothing makes, and that are not there either. */
async function missingReports(config: Config, { workTree }: Repository, file: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const [name, check] of Object.entries(config.checks)) {
    if (check.kind !== "report" || check.command !== null || /^https?:/.test(check.report) || workTree === null) continue;
    const files = await findReports(workTree, check.report).catch(() => []);
    if (files.length > 0) continue;
    found.push({
      code: "report-missing", level: "advice",
      message: oneLine(`checks.${name}: no file matches ${check.report}, and no command makes one.`),
      mend: oneLine(`say in ${file} what makes it (\`command:\` beside \`report:\`), or correct the path`),
    });
  }
  return found;
}

function slowPatterns(config: Config, file: string): Found[] {
  const patterns: [key: string, pattern: string | null][] = [
    ...config.redact.map((pattern): [string, string] => ["redact", pattern]),
    ["tickets.pattern", config.tickets?.pattern ?? null],
    ...Object.entries(config.checks).flatMap(([name, check]): [string, string | null][] => [
      ...(check.kind === "http" ? [[`checks.${name}.expect.body`, check.expect.body] as [string, string | null]] : []),
      ...("metrics" in check ? Object.entries(check.metrics).map(([metric, { pattern }]): [string, string | null] => [`checks.${name}.metrics.${metric}`, pattern]) : []),
    ]),
    ...config.watch.logs.map(({ error }): [string, string] => ["watch.logs", error]),
  ];
  return patterns.flatMap(([key, pattern]): Found[] => {
    if (pattern === null) return [];
    const mend = oneLine(`correct it in ${file}`);
    if (new RegExp(`^(?:${pattern})$`).test("") && !key.startsWith("checks.")) {
      return [{ code: "pattern-empty", level: "problem", message: oneLine(`${key}: ${pattern} matches nothing at all, and so everywhere.`), mend: `${mend}: \`+\` in place of \`*\`, for instance` }];
    }
    if (endsInTime(pattern)) return [];
    return [{
      code: "pattern-slow", level: "problem",
      message: oneLine(`${key}: ${pattern} can match the same text in very many ways, and may never end.`),
      mend: `${mend}: no \`+\` or \`*\` around what is repeated itself, as in \`(a+)+\``,
    }];
  });
}

/** So many of the newest commits are looked at for tickets. */
const searchedCommits = 200;
/** In so few, that none names a ticket tells nothing. */
const fewestCommits = 20;

async function ticketFindings({ tickets }: Config, repository: Repository, file: string): Promise<Found[]> {
  if (tickets === null || repository.head === null) return [];
  const found: Found[] = [];
  if (tickets.url !== null && !/\{[01]\}/.test(tickets.url)) {
    found.push({
      code: "tickets-url", level: "problem", message: oneLine(`tickets.url: ${tickets.url} is the same for every ticket.`),
      mend: oneLine(`put {0}, which stands for the ticket, into tickets.url in ${file}`),
    });
  }
  if (!endsInTime(tickets.pattern)) return found;
  const { stdout } = await factsGit(repository, ["log", "-z", `--max-count=${searchedCommits}`, "--format=%B", repository.head, "--"]);
  const messages = stdout.toString("utf8").split("\0").filter((message) => message !== "");
  const expression = new RegExp(tickets.pattern);
  if (messages.length >= fewestCommits && !messages.some((message) => expression.test(message))) {
    found.push({
      code: "tickets-unmatched", level: "advice", message: oneLine(`tickets.pattern: ${tickets.pattern} is in none of the last ${messages.length} commits.`),
      mend: oneLine(`correct it in ${file}; \`git log --oneline\` shows how commits name tickets`),
    });
  }
  return found;
}

function environmentFindings({ environment, environments, policy }: Config, file: string): Found[] {
  const known = environments === null ? [environment] : Object.keys(environments);
  const names = known.join(", ");
  return [
    ...(known.includes(environment) ? [] : [{
      code: "environment-unknown", level: "problem" as const,
      message: oneLine(`environment: ${environment}, which \`record\` takes without --env, is none of \`environments\` (${names}).`),
      mend: oneLine(`say \`environment: ${known[0] ?? environment}\` in ${file}, or add ${environment} to \`environments\``),
    }]),
    ...Object.keys(policy).filter((name) => !known.includes(name)).map((name): Found => ({
      code: "policy-environment", level: environments === null ? "advice" : "problem",
      message: oneLine(`policy.${name}: there is no such environment (${names}), so nothing is demanded.`),
      mend: oneLine(`name one of ${names} in ${file}, or add ${name} to \`environments\``),
    })),
  ];
}

async function missingBranches({ branches, environments }: Config, repository: Repository, file: string): Promise<Found[]> {
  const globs: [key: string, glob: string][] = [
    ...(branches ?? []).map((glob): [string, string] => ["branches", glob]),
    ...Object.entries(environments ?? {}).flatMap(([name, where]) => where.branches.map((glob): [string, string] => [`environments.${name}.branches`, glob])),
  ];
  if (globs.length === 0) return [];
  const { stdout } = await factsGit(repository, ["for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes"]);
  const names = stdout.toString("utf8").split("\n").map((ref) => ref.replace(/^refs\/(?:heads|remotes\/[^/]+)\//, "")).filter(Boolean);
  return globs.filter(([, glob]) => !names.some((name) => isNamed([glob], name))).map(([key, glob]): Found => ({
    code: "branch-missing", level: "advice",
    message: oneLine(`${key}: there is no branch ${glob} here, nor at a remote as far as it was fetched.`),
    mend: oneLine(`correct it in ${file}, or make the branch; \`git branch --all\` shows those that are there`),
  }));
}
