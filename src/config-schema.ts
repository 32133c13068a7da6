import * as z from "zod";
import { defaultChecklist } from "./record/checklist.ts";
import { commandMetrics } from "./record/command-metrics.ts";
import { fileKinds, metricVerdicts } from "./record/schema.ts";

/*
 * shipnote.config.*: every key, its default, and what its value becomes. Absent is null in what comes out, so that
 * nothing later asks 'is it set?'.
 */

const durationUnits: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const duration = z.string().regex(/^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/, "expected a duration, such as 500ms, 10s, 5m or 24h")
  .transform((text) => {
    const [, amount = "0", unit = "ms"] = /^([\d.]+)([a-z]+)$/.exec(text) ?? [];
    return Number(amount) * (durationUnits[unit] ?? 1);
  });

/** A longer time is none to a timer: it would be over at once. */
const longestTimer = 2 ** 31 - 1;
const timer = duration.refine((milliseconds) => milliseconds <= longestTimer, "expected 24d at the most");

const toleranceWords = "expected a percentage such as 2%, or a number in the metric's unit that is not below 0";
const toleranceText = z.string().regex(/^\d+(?:\.\d+)?%$/, toleranceWords);
const tolerance = z.union([toleranceText, z.number().nonnegative(toleranceWords)], {
  error: toleranceWords,
}).transform((value) => typeof value === "number"
  ? { value, percent: false } : { value: Number(value.slice(0, -1)), percent: true });

const text = z.string().min(1, "expected a text that is not empty");
const list = z.array(text);
const expression = text.superRefine((source, context) => {
  try {
    void new RegExp(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /, "") : "it does not compile";
    context.addIssue({ code: "custom", message: `expected a regular expression, but ${source} is none: ${reason}` });
  }
});
const url = text.regex(/^https?:\/\/\S+$/, "expected an http or https URL");
const name = text.regex(/^[A-Za-z0-9][\w.-]*$/, "expected a name of letters, digits, `.`, `_` and `-`");

/** A path inside the repository, without `./`, doubled or trailing slashes; null where it leaves what git can track. */
function insidePath(path: string): string | null {
  if (/^[/~\\]|^[A-Za-z]:|\\|\p{Cc}/u.test(path)) return null;
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return parts.length === 0 || parts.some((part) => part === ".." || part.toLowerCase() === ".git") ? null : parts.join("/");
}
const inside = text.transform((path, context) => {
  const normal = insidePath(path);
  if (normal !== null) return normal;
  context.addIssue({ code: "custom", message: `expected a path inside the repository, but ${path} is none` });
  return z.NEVER;
});
const insideOrUrl = text.transform((path, context) => {
  const normal = /^https?:\/\//.test(path) ? path : insidePath(path);
  if (normal !== null) return normal;
  context.addIssue({ code: "custom", message: `expected a path inside the repository or a URL, but ${path} is neither` });
  return z.NEVER;
});

const orNull = <T extends z.ZodType>(schema: T, description: string) =>
  schema.optional().transform((value) => value ?? null).describe(description);
const better = z.enum(["lower", "higher", "none"]);

const metric = z.strictObject({
  json: orNull(text.regex(/^\//, "expected a JSON Pointer, beginning with /"), "a JSON Pointer into the output"),
  of: orNull(text.regex(/^\//, "expected a JSON Pointer, beginning with /"), "a JSON Pointer: of how many, for a rate"),
  pattern: orNull(expression, "a regular expression; every match of its first group is a sample"),
  unit: orNull(text, "the metric's unit"),
  better: better.default("none").describe("which direction is good"),
  tolerance: orNull(tolerance, "what counts as unchanged: a percentage of the value before, or a number in the metric's unit"),
}).superRefine((value, context) => {
  if (value.json !== null && value.pattern !== null) {
    context.addIssue({ code: "custom", message: "expected json or pattern, not both" });
  }
  if (value.of !== null && value.json === null) {
    context.addIssue({ code: "custom", path: ["of"], message: "expected json beside of" });
  }
});

const reportFormats = [
  "junit", "tap", "lcov", "cobertura", "sarif", "ruff", "eslint", "hyperfine", "pytest-benchmark", "vitest-bench",
  "go-bench", "k6", "postgres-explain", "openmetrics", "size", "json", "text",
] as const;

const count = z.int("expected a whole number").positive("expected a number above 0");
const checkKeys = {
  http: ["method", "headers", "body", "socket", "ca", "samples", "rounds", "warmup", "pause", "timeout", "expect", "cache", "serve", "ready", "tolerance"],
  command: ["rounds", "timeout", "metrics", "tolerance"],
  report: ["command", "format", "metrics", "rounds", "timeout", "tolerance"],
  prometheus: ["query", "window", "step", "unit", "better", "timeout", "headers", "ca", "tolerance"],
} as const;
const checkKinds = ["http", "report", "prometheus", "command"] as const;

const check = z.strictObject({
  http: url.optional().describe("the URL to request"),
  command: text.optional().describe("a shell command; beside report: what makes the report"),
  report: insideOrUrl.optional().describe("a file, a glob, or an http(s) URL"),
  prometheus: url.optional().describe("the address of a Prometheus server"),
  method: text.optional().describe("the request's method; GET by default"),
  headers: z.record(text, z.string("expected a text")).optional().describe("${NAME} is taken from the environment when it is sent, in URLs and the body as well"),
  body: z.string("expected a text").optional().describe("the request's body"),
  socket: text.optional().describe("the path of a Unix socket, in place of the URL's host and port"),
  ca: text.optional().describe("a file with certificates in PEM form, trusted beside the usual ones"),
  samples: count.optional().describe("requests in all, over `rounds` rounds; 30 by default"),
  rounds: count.optional().describe("10 by default; 1 where the check has a report. Fewer than 10 answer little"),
  warmup: z.int("expected a whole number").nonnegative("expected 0 or more").optional().describe("requests before the first sample that count nowhere; 3 by default"),
  pause: timer.optional().describe("between two requests; 0s by default"),
  timeout: timer.optional().describe("for one run, or one whole answer; 10s by default, for commands and reports 60s"),
  expect: z.strictObject({
    status: orNull(z.int("expected a whole number").min(100, "expected an HTTP status").max(599, "expected an HTTP status"), "the answer's status; any 2xx by default. Redirects are not followed"),
    body: orNull(expression, "a regular expression that is found in the body"),
    cache: orNull(text, "what the cache did: hit, miss, bypass …"),
  }).optional().describe("what a good answer is; every other one is an error"),
  cache: text.optional().describe("the header that tells hit, miss or bypass; times are compared hit with hit and miss with miss"),
  serve: text.optional().describe("for compare: starts one side's server, on $PORT"),
  ready: text.optional().describe("for compare: the path that answers 2xx once the server is up"),
  format: z.enum(reportFormats).optional().describe("the report's format; else found from its content"),
  metrics: z.record(text, metric).optional().describe("what to read from the output or the report"),
  query: text.optional().describe("a PromQL query; of several series each is a metric"),
  window: duration.optional().describe("the time up to now whose points are the samples; 10m by default; 0s asks for the present value, which gets no verdict"),
  step: duration.optional().describe("between two points; 15s by default"),
  unit: text.optional().describe("the query's unit"),
  better: better.optional().describe("which direction is good"),
  tolerance: tolerance.optional().describe("what counts as unchanged, for every metric of this check that has none of its own"),
}).transform((given, context) => {
  const problem = (message: string, path: string[] = []) => context.addIssue({ code: "custom", message, path });
  const named = checkKinds.filter((kind) => given[kind] !== undefined && !(kind === "command" && given.report !== undefined));
  const [kind] = named;
  if (kind === undefined || named.length > 1) {
    problem(`expected exactly one of http, command, report, prometheus, and found ${named.length === 0 ? "none" : named.join(" and ")}`);
    return z.NEVER;
  }
  const allowed: readonly string[] = [kind, ...checkKeys[kind]];
  for (const key of Object.keys(given)) {
    if (!allowed.includes(key)) problem(`${key} does not go with ${kind}, which takes ${checkKeys[kind].join(", ")}`, [key]);
  }
  const timeout = given.timeout ?? (kind === "http" || kind === "prometheus" ? 10_000 : 60_000);
  const both = { tolerance: given.tolerance ?? null, timeout };
  const metrics = given.metrics ?? {};
  if (kind === "http") {
    const samples = given.samples ?? Math.max(30, given.rounds ?? 0);
    const rounds = given.rounds ?? Math.min(10, samples);
    if (samples < rounds) problem(`expected at least one sample a round, and found ${samples} samples in ${rounds} rounds`, ["samples"]);
    if (given.expect?.cache && given.cache === undefined) problem("expected cache beside expect.cache: the header that tells", ["expect", "cache"]);
    return {
      kind, http: given.http ?? "", method: given.method ?? "GET", headers: given.headers ?? {}, body: given.body ?? null,
      socket: given.socket ?? null, ca: given.ca ?? null, samples, rounds, warmup: given.warmup ?? 3, pause: given.pause ?? 0,
      expect: given.expect ?? { status: null, body: null, cache: null }, cache: given.cache ?? null,
      serve: given.serve ?? null, ready: given.ready ?? null, ...both,
    };
  }
  if (kind === "prometheus") {
    if (given.query === undefined) problem("expected a query beside prometheus");
    return {
      kind, prometheus: given.prometheus ?? "", query: given.query ?? "", window: given.window ?? 600_000,
      step: given.step ?? 15_000, unit: given.unit ?? null, better: given.better ?? ("none" as const),
      headers: given.headers ?? {}, ca: given.ca ?? null, ...both,
    };
  }
  if (kind === "report") {
    return {
      kind, report: given.report ?? "", command: given.command ?? null, format: given.format ?? null, metrics,
      rounds: given.rounds ?? 1, ...both,
    };
  }
  for (const [key, one] of Object.entries(metrics)) {
    if (one.json === null && one.pattern === null) problem("expected json or pattern", ["metrics", key]);
    if (commandMetrics.includes(key)) problem(`expected another name: every command has a ${key} of its own`, ["metrics", key]);
  }
  return { kind, command: given.command ?? "", metrics, rounds: given.rounds ?? 10, ...both };
});

const requirements = ["reason", "expected", "rollback", "ticket", "rehearsal", "review", "backup"] as const;
const kinds = z.strictObject(Object.fromEntries(fileKinds.map((kind) => [kind, list.optional()])));

/** The whole configuration. */
export const configSchema = z.strictObject({
  environment: name.default("production").describe("the default of --env"),
  environments: orNull(z.record(name, z.strictObject({
    branches: list.default([]).describe("a push to one of these is a ship"),
    tags: list.default([]).describe("a tag that matches is a ship, too"),
  })), "in place of `branches`: which push goes where"),
  branches: orNull(list, "a push to one asks for a record; else the remote's default branch"),
  record: z.strictObject({ by: z.enum(["hook", "ci"]).default("hook") }).prefault({}).describe("who writes the record of a push"),
  notes: inside.prefault("notes").describe("the folder of the records"),
  owner: orNull(text, "else CODEOWNERS of the touched files, else the author of most commits"),
  ignore: list.default([]).describe("files that are counted, not listed"),
  kinds: kinds.prefault({}).describe("adds to what is known of file kinds"),
  redact: z.array(expression).default([]).describe("regular expressions; adds to what is known of secrets"),
  tickets: orNull(z.strictObject({ pattern: expression, url: orNull(url, "{0} is the ticket") }), "how tickets are named"),
  forge: orNull(z.strictObject({ kind: z.enum(["github", "gitlab", "gitea", "bitbucket", "other"]), url }), "else from the remote's URL"),
  checklist: list.default([...defaultChecklist]).describe("the items of every record's checklist"),
  components: z.record(name, z.strictObject({
    paths: z.array(inside).min(1, "expected at least one path"),
    owner: orNull(text, "the component's owner"),
    checks: orNull(list, "the checks that are about it; else all"),
    tags: orNull(text, "a tag that matches is a ship of it"),
  })).default({}).describe("parts of the repository that ship by themselves"),
  checks: z.record(name, check).default({}).describe("what is measured, by name"),
  compare: z.strictObject({
    alpha: z.number().gt(0, "expected a number between 0 and 1").lt(1, "expected a number between 0 and 1").default(0.01)
      .describe("a p-value has to be below it, adjusted for all that is compared at once"),
    tolerance: tolerance.prefault("2%").describe("what counts as unchanged: of the value before (2%), or in the metric's unit (1.5)"),
    setup: orNull(text, "a command that prepares a worktree, of `compare` and `before --rev`"),
    pairs: count.default(15).describe("how many pairs of rounds `compare` measures"),
  }).prefault({}).describe("how before and after are compared"),
  failOn: z.array(z.enum(metricVerdicts)).default([]).describe("the verdicts that make after, compare and record exit with 1"),
  rollback: z.strictObject({
    strategy: z.enum(["revert", "redeploy", "flag", "restore"]).default("revert"),
    commands: orNull(list, "else derived. Placeholders: {from} {to} {merge} {artifact} {previousArtifact}"),
    setup: orNull(text, "a command that prepares the worktree of a rehearsal; no command rehearses yet"),
    rehearse: list.default([]).describe("what shows in a rehearsal that the undone tree works; no command rehearses yet"),
  }).prefault({}).describe("how a ship is undone"),
  hazards: z.array(z.strictObject({ match: text, kind: text, why: text })).default([]).describe("adds to what a revert does not undo"),
  watch: z.strictObject({
    for: duration.prefault("10m"),
    every: duration.prefault("10s"),
    checks: orNull(list, "the checks to watch; else all"),
    logs: z.array(z.strictObject({
      file: orNull(text, "a file or a glob"),
      command: orNull(text, "a command that follows a log"),
      error: expression.default("\\b(ERROR|CRITICAL|Traceback)\\b").describe("what an error looks like"),
    }).superRefine((log, context) => {
      if ((log.file === null) === (log.command === null)) context.addIssue({ code: "custom", message: "expected exactly one of file, command" });
    })).default([]),
  }).prefault({}).describe("the checks and logs to follow after a ship; no command follows them yet"),
  policy: z.record(name, z.strictObject({
    require: z.array(z.enum(requirements)).default([]),
    grace: duration.prefault("0s").describe("how long after a ship its record may still be missing"),
  })).default({}).describe("what verify demands beyond completeness, by environment"),
}).superRefine((config, context) => {
  const unknown = (names: readonly string[] | null, path: string[]) => (names ?? []).forEach((one, index) => {
    if (Object.hasOwn(config.checks, one)) return;
    context.addIssue({ code: "custom", path: [...path, index], message: `expected the name of a check, and ${one} is none of them` });
  });
  unknown(config.watch.checks, ["watch", "checks"]);
  for (const [key, component] of Object.entries(config.components)) unknown(component.checks, ["components", key, "checks"]);
});

/** The configuration with every default filled: durations in milliseconds, absent keys null. */
export type Config = z.output<typeof configSchema>;
/** One check as configured, told apart by `kind`. */
export type CheckConfig = Config["checks"][string];
