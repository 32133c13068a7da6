import * as z from "zod";

/*
 * The shape of record.json, and every type that crosses a step of the pipeline.
 *
 * Objects are loose: keys that a later version added survive a read and a write, and come last.
 * Absent is null, never zero and never left out. Times are ISO 8601 in UTC, durations milliseconds,
 * ratios plain numbers (0.1 is ten percent), sizes bytes.
 */

// One record is read or written a run: zod's compiled parsers cost more than they save.
z.config({ jitless: true });

const instant = z.iso.datetime({ offset: false }).describe("ISO 8601, in UTC");
const sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "a full git object id");
const digest = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 in hex");
const count = z.int().nonnegative();

export const regionNames = ["summary", "changes", "commands", "metrics", "rollback", "checklist"] as const;
export const fileKinds = [
  "code", "test", "docs", "config", "migration", "dependencies", "infra", "content", "submodule", "other",
] as const;
export const commandKinds = ["backup", "migrate", "deploy", "verify", "rollback", "other"] as const;
export const metricVerdicts = [
  "improved", "regressed", "changed", "unchanged", "unclear", "not-enough-data", "new", "gone",
] as const;
export const recordVerdicts = [
  "regressed", "mixed", "gone", "improved", "changed", "unclear", "unchanged", "not-measured",
] as const;

const machine = z.looseObject({
  os: z.string(),
  arch: z.string(),
  cpu: z.string(),
  cores: count,
  memoryGiB: z.number().nonnegative(),
  fingerprint: z.string().describe("a hash of machine and repository; never a host's or a user's name"),
});

export const measurement = z.looseObject({
  samples: z.array(z.number()).describe("flat, in the order taken; empty for a plain value or a rate"),
  rounds: z.array(z.int().positive()).describe("the round of each sample; as long as samples"),
  value: z.number().nullable().describe("the median where there are samples"),
  count: count.nullable().describe("samples, or what a rate is of"),
  events: count.nullable().describe("of a rate: how many of `count`"),
  takenAt: instant.nullable(),
  commit: sha.nullable(),
  machine: machine.nullable(),
  checkDigest: digest.nullable().describe("SHA-256 of the check's configuration"),
  carried: z.boolean().describe("taken over from the record before"),
  details: z.looseObject({
    failing: z.array(z.string()).optional().describe("names of the tests that failed"),
    shape: z.string().optional().describe("what is the same or not, beyond any number: a query's plan"),
    errors: z.array(z.looseObject({ reason: z.string(), count })).optional().describe("why samples failed, the most frequent reason first"),
    machineBound: z.boolean().optional().describe("whether it can be compared on one machine only; absent: a `duration`, `user-time` or `system-time` is"),
    ownServer: z.boolean().optional().describe("whether a server answered that was started for the measuring, not the one at the configured address"),
  }),
});

const comparison = z.looseObject({
  verdict: z.enum(metricVerdicts).describe("of `cache-hit-rate`, improved and regressed are told to readers as changed: how often a cache answers is no result"),
  change: z.number().nullable().describe("relative change of the value"),
  shift: z.number().nullable().describe("in the metric's unit"),
  interval: z.tuple([z.number(), z.number()]).nullable().describe("95 % interval of the shift"),
  pValue: z.number().min(0).max(1).nullable(),
  pAdjusted: z.number().min(0).max(1).nullable().describe("after Holm"),
  method: z.string(),
  notes: z.array(z.string()),
});

export const metric = z.looseObject({
  source: z.enum(["before-after", "compare", "file"]),
  check: z.string(),
  metric: z.string(),
  stratum: z.string().nullable(),
  unit: z.string(),
  better: z.enum(["lower", "higher", "none"]),
  tolerance: z.number().nonnegative().nullable().describe("in the metric's unit"),
  before: measurement.nullable(),
  after: measurement.nullable(),
  comparison: comparison.nullable(),
});

const commit = z.looseObject({
  sha,
  subject: z.string(),
  author: z.string(),
  date: instant,
  committer: z.string(),
  committedAt: instant,
  parents: count.describe("how many parents it has"),
  trailers: z.record(z.string(), z.array(z.string())),
  reverts: sha.nullable(),
});

const size = z.looseObject({ before: count.nullable(), after: count.nullable() });

const changedFile = z.looseObject({
  path: z.string(),
  previousPath: z.string().nullable(),
  status: z.enum(["added", "modified", "deleted", "renamed", "copied", "typechanged"]),
  added: count.nullable().describe("null for binaries, and where blobs are missing"),
  deleted: count.nullable(),
  binary: z.boolean(),
  size: size.nullable().describe("bytes; for binaries, LFS pointers (of the file they stand for), else null"),
  submodule: z.looseObject({ before: sha.nullable(), after: sha.nullable() }).nullable(),
  lfs: z.boolean(),
  kind: z.enum(fileKinds),
  owners: z.array(z.string()),
});

export const command = z.looseObject({
  id: z.string(),
  name: z.string().nullable(),
  kind: z.enum(commandKinds),
  kindSource: z.enum(["flag", "guessed"]).nullable().describe("null where nobody said and nothing was guessed"),
  source: z.enum(["captured", "stated"]),
  command: z.string(),
  directory: z.string().nullable().describe("relative to the repository's root; `.` is the root"),
  head: sha.nullable(),
  startedAt: instant.nullable(),
  durationMs: z.number().nonnegative().nullable(),
  state: z.enum(["ended", "killed", "running"]),
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  output: z.looseObject({ tail: z.string(), bytes: count, sha256: digest.nullable() }).nullable(),
  redactions: z.array(z.string()).describe("the names of the rules that masked something"),
});

const conflictStatus = z.enum(["clean", "conflicts", "unknown"]);

export const rollbackPlan = z.looseObject({
  strategy: z.enum(["revert", "redeploy", "flag", "restore", "none"]),
  commands: z.array(z.string()),
  hazards: z.array(z.looseObject({ kind: z.string(), path: z.string(), why: z.string() })),
  applies: z.looseObject({ status: conflictStatus, against: sha.nullable(), conflicts: z.array(z.string()) }),
  rehearsal: z.looseObject({
    status: z.enum(["clean", "conflicts", "failed"]),
    against: sha,
    startedAt: instant,
    durationMs: z.number().nonnegative(),
    conflicts: z.array(z.string()),
    commands: z.array(z.looseObject({
      command: z.string(), exitCode: z.int().nullable(), durationMs: z.number().nonnegative(), tail: z.string(),
    })),
  }).nullable(),
});

const range = z.looseObject({
  from: sha.nullable().describe("exclusive; null: from the beginning of history"),
  to: sha.describe("inclusive"),
  toTree: sha.describe("the tree of `to`, as it would be without the notes"),
  patchId: sha.nullable().describe("stable patch id of the net diff, without the notes"),
  source: z.enum(["flag", "push", "ci", "previous-record", "tag", "upstream", "first"]),
});

const checklistItem = z.looseObject({
  item: z.string(),
  done: z.boolean(),
  evidence: z.string().nullable(),
  note: z.string().nullable().describe("text that people added behind the item"),
  by: z.enum(["evidence", "hand", "person-item"]),
});

const watch = z.looseObject({
  startedAt: instant,
  endedAt: instant,
  metrics: z.array(metric),
  logs: z.array(z.looseObject({
    source: z.string(),
    lines: count,
    errors: count,
    patterns: z.array(z.looseObject({ pattern: z.string(), count, firstAt: instant, new: z.boolean() })),
  })),
});

/** record.json: the facts of one change record, complete enough to render every region again. */
export const changeRecord = z.looseObject({
  version: z.literal(1),
  generator: z.looseObject({
    version: z.string(),
    templates: digest,
    regions: z.record(z.string(), z.looseObject({ text: digest, tree: digest })),
    plots: z.record(z.string(), digest).optional().describe("SHA-256 of each plot's SVG over LF, by file name; absent, like `facts`, in records of 0.1.0 and older"),
    facts: digest.optional().describe("SHA-256 of this record's canonical JSON (RFC 8785) without this value"),
  }),
  id: z.string().regex(/^\d{4}-\d{2}-\d{2}-[a-z0-9-]+$/),
  title: z.string().min(1),
  recordedAt: instant,
  environment: z.string(),
  component: z.string().nullable(),
  direction: z.enum(["forward", "rollback", "promotion"]),
  remediates: z.string().nullable(),
  promotion: z.looseObject({
    from: z.string(), missing: z.array(z.string()), additional: z.array(z.string()),
  }).nullable(),
  shippedAt: instant,
  shippedAtSource: z.enum(["flag", "deploy", "ci", "push", "now", "commit"]),
  range: range.nullable(),
  repository: z.looseObject({
    url: z.string(), kind: z.enum(["github", "gitlab", "gitea", "bitbucket", "other"]),
  }).nullable(),
  owner: z.looseObject({
    name: z.string(), source: z.enum(["flag", "config", "codeowners", "author"]),
  }).nullable(),
  actor: z.looseObject({ name: z.string(), ci: z.string().nullable() }),
  contributors: z.array(z.looseObject({ name: z.string(), commits: count, bot: z.boolean() })),
  references: z.array(z.looseObject({
    kind: z.enum(["pull-request", "issue", "ticket"]), id: z.string(), url: z.string().nullable(), source: sha,
  })),
  approvals: z.array(z.looseObject({ who: z.string(), source: z.enum(["trailer", "flag"]) })),
  artifacts: z.array(z.looseObject({ name: z.string(), digest: z.string() })),
  verdict: z.enum(recordVerdicts),
  notes: z.array(z.looseObject({ code: z.string(), text: z.string() })).describe("caveats that the reader must know"),
  counts: z.looseObject({
    commits: count, files: count, ignored: count, added: count.nullable(), deleted: count.nullable(),
  }),
  commits: z.array(commit),
  files: z.array(changedFile),
  commands: z.array(command),
  metrics: z.array(metric),
  watch: watch.nullable(),
  rollback: rollbackPlan,
  checklist: z.array(checklistItem),
  exceptions: z.array(z.looseObject({ rule: z.string(), reason: z.string() })),
});

/** A loose object's type without 'and any other key': those are kept, never read. */
type Known<T> = T extends readonly unknown[]
  ? { [Place in keyof T]: Known<T[Place]> }
  : T extends object
    ? { [Key in keyof T as string extends Key ? (unknown extends T[Key] ? never : Key) : Key]: Known<T[Key]> }
    : T;

export type ChangeRecord = Known<z.infer<typeof changeRecord>>;
export type Range = NonNullable<ChangeRecord["range"]>;
export type Commit = ChangeRecord["commits"][number];
export type ChangedFile = ChangeRecord["files"][number];
export type Command = ChangeRecord["commands"][number];
export type Metric = ChangeRecord["metrics"][number];
export type Measurement = NonNullable<Metric["before"]>;
export type Machine = NonNullable<Measurement["machine"]>;
export type Comparison = NonNullable<Metric["comparison"]>;
export type RollbackPlan = ChangeRecord["rollback"];
export type Hazard = RollbackPlan["hazards"][number];
export type Applies = RollbackPlan["applies"];
export type ChecklistItem = ChangeRecord["checklist"][number];
export type Reference = ChangeRecord["references"][number];
export type Contributor = ChangeRecord["contributors"][number];
export type Owner = NonNullable<ChangeRecord["owner"]>;
export type Forge = NonNullable<ChangeRecord["repository"]>;
export type Caveat = ChangeRecord["notes"][number];
export type RegionName = (typeof regionNames)[number];
export type FileKind = (typeof fileKinds)[number];
export type CommandKind = (typeof commandKinds)[number];

/** A tolerance as it is configured: `2%` of the before-median, or a number in the metric's unit. */
export const tolerance = z.looseObject({ value: z.number().nonnegative(), percent: z.boolean() });
export type Tolerance = Known<z.infer<typeof tolerance>>;

/** One metric of one side, as a check yielded it: what `before` and `after` keep. */
export const measuredMetric = z.looseObject({
  check: z.string(),
  metric: z.string(),
  stratum: z.string().nullable(),
  unit: z.string(),
  better: z.enum(["lower", "higher", "none"]),
  tolerance: tolerance.nullable(),
  measurement,
});
export type MeasuredMetric = Known<z.infer<typeof measuredMetric>>;

/** outcome.json: how a ship ended, said later, beside its record. */
export const outcome = z.looseObject({
  version: z.literal(1),
  id: z.string(),
  outcome: z.enum(["ok", "failed", "rolled-back", "superseded"]),
  at: instant,
  reason: z.string().nullable(),
});
export type Outcome = Known<z.infer<typeof outcome>>;
