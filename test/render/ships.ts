import type { ChangeRecord, Command, Commit, ChangedFile, Measurement, Metric } from "../../src/record/schema.ts";

/*
 * Made-up ships of a made-up project, as record.json would hold them: one with everything, and the smallest.
 */

const zeros = "0".repeat(64);
const sha = (start: string): string => start.padEnd(40, "c0ffee17");

export const machine = { os: "linux", arch: "x64", cpu: "made up", cores: 4, memoryGiB: 16, fingerprint: "f".repeat(16) };

export function commit(start: string, subject: string, author = "Mara Quint", reverts: string | null = null): Commit {
  return {
    sha: sha(start), subject, author, date: "2026-03-03T15:00:00Z", committer: author, committedAt: "2026-03-03T15:00:00Z",
    parents: 1, trailers: {}, reverts: reverts === null ? null : sha(reverts),
  };
}

export function file(path: string, more: Partial<ChangedFile> = {}): ChangedFile {
  return {
    path, previousPath: null, status: "modified", added: 3, deleted: 1, binary: false, size: null, submodule: null, lfs: false,
    kind: "code", owners: [], ...more,
  };
}

export function command(line: string, more: Partial<Command> = {}): Command {
  return {
    id: line, name: null, kind: "other", kindSource: "flag", source: "captured", command: line, directory: ".", head: null,
    startedAt: "2026-03-04T09:00:00Z", durationMs: 1200, state: "ended", exitCode: 0, signal: null, output: null, redactions: [],
    ...more,
  };
}

export function measured(more: Partial<Measurement>): Measurement {
  return {
    samples: [], rounds: [], value: null, count: null, events: null, takenAt: "2026-03-04T08:50:00Z", commit: sha("aa11"),
    machine, checkDigest: zeros, carried: false, details: {}, ...more,
  };
}

export function metric(check: string, name: string, more: Partial<Metric>): Metric {
  return {
    source: "before-after", check, metric: name, stratum: null, unit: "ms", better: "lower", tolerance: null,
    before: null, after: null, comparison: null, ...more,
  };
}

const later = { takenAt: "2026-03-04T09:31:00Z", commit: sha("dd44") };
const thirty = Array.from({ length: 30 }, (_, at) => at);

/** A ship of one small commit by one person, nothing captured, nothing measured. */
export const small: ChangeRecord = {
  version: 1,
  generator: { version: "1.0.0", templates: zeros, regions: {} },
  id: "2026-03-04-say-when-the-shop-is-closed",
  title: "Say when the shop is closed",
  recordedAt: "2026-03-04T09:40:00Z",
  environment: "production",
  component: null,
  direction: "forward",
  remediates: null,
  promotion: null,
  shippedAt: "2026-03-04T09:20:00Z",
  shippedAtSource: "commit",
  range: { from: sha("aa11"), to: sha("dd44"), toTree: sha("ee55"), patchId: null, source: "previous-record" },
  repository: null,
  owner: { name: "Mara Quint", source: "author" },
  actor: { name: "Mara Quint", ci: null },
  contributors: [{ name: "Mara Quint", commits: 1, bot: false }],
  references: [],
  approvals: [],
  artifacts: [],
  verdict: "not-measured",
  notes: [],
  counts: { commits: 1, files: 1, ignored: 0, added: 3, deleted: 1 },
  commits: [commit("dd44", "Say when the shop is closed")],
  files: [file("shop/banner.ts")],
  commands: [],
  metrics: [],
  watch: null,
  rollback: {
    strategy: "revert",
    commands: [`git revert --no-edit ${sha("dd44").slice(0, 12)}`],
    hazards: [],
    applies: { status: "clean", against: sha("dd44"), conflicts: [] },
    rehearsal: null,
  },
  checklist: [
    "capture the current behaviour", "create a safe backup", "test the smallest change", "watch logs after release",
    "write the final note",
  ].map((item) => ({ item, done: false, evidence: null, note: null, by: "evidence" as const })),
  exceptions: [],
};

/** A ship with something of everything. */
export const full: ChangeRecord = {
  ...small,
  id: "2026-03-04-keep-baskets-in-the-store",
  title: "Keep baskets in the store",
  shippedAtSource: "deploy",
  repository: { url: "https://git.example.org/shop/front", kind: "gitlab" },
  owner: { name: "@shop-team", source: "codeowners" },
  actor: { name: "Mara Quint", ci: "https://git.example.org/shop/front/-/jobs/771" },
  contributors: [
    { name: "Mara Quint", commits: 3, bot: false },
    { name: "Ravi Sol", commits: 2, bot: false },
    { name: "renovate[bot]", commits: 1, bot: true },
  ],
  references: [
    { kind: "pull-request", id: "!311", url: "https://git.example.org/shop/front/-/merge_requests/311", source: sha("dd44") },
    { kind: "issue", id: "#290", url: "https://git.example.org/shop/front/-/issues/290", source: sha("dd44") },
    { kind: "ticket", id: "OPS-7", url: null, source: sha("dd44") },
  ],
  approvals: [{ who: "Ravi Sol", source: "trailer" }],
  artifacts: [{ name: "front-image", digest: `sha256:${"5e".repeat(32)}` }],
  verdict: "improved",
  notes: [{ code: "renames-not-searched", text: "So many files changed that git did not look for renames." }],
  counts: { commits: 6, files: 7, ignored: 2, added: 1161, deleted: 40 },
  commits: [
    commit("dd44", "Keep baskets in the store (!311)"),
    commit("cc33", "Revert \"Warm the store at start\"", "Ravi Sol", "bb23"),
    commit("bb24", "Add `baskets.kept_until`", "Ravi Sol"),
    commit("bb23", "Warm the store at start"),
    commit("bb22", "Update redis to 5.4.0", "renovate[bot]"),
    commit("bb21", "Count queries of @baskets, #290"),
  ],
  files: [
    file("assets/basket.png", { binary: true, added: null, deleted: null, size: { before: 12_400, after: 9120 }, kind: "content" }),
    file("db/0017_kept_until.sql", { status: "added", added: 9, deleted: 0, kind: "migration" }),
    file("docs/baskets.md", { status: "renamed", previousPath: "docs/basket.md", added: 12, deleted: 7, kind: "docs" }),
    file("films/tour.mp4", { lfs: true, added: null, deleted: null, size: { before: 48_200_000, after: 51_000_000 }, kind: "content" }),
    file("package.json", { added: 1, deleted: 1, kind: "dependencies" }),
    file("shop/basket.ts", { added: 1136, deleted: 31 }),
    file("vendor/cart", {
      kind: "submodule", added: null, deleted: null, submodule: { before: sha("0123abc"), after: sha("89abcde") },
    }),
  ],
  commands: [
    command("pg_dump -Fc shop -f shop.dump", { kind: "backup", startedAt: "2026-03-03T23:58:10Z", durationMs: 41_800 }),
    command("npm run migrate", {
      kind: "migrate", durationMs: 2300, startedAt: "2026-03-04T09:04:12Z", directory: "db",
      output: { tail: "0017 kept_until: applied\n```\ndone <!-- /shipnote:commands -->\n", bytes: 62, sha256: zeros },
    }),
    command("npm test | tee out.txt", {
      kind: "verify", kindSource: "guessed", startedAt: "2026-03-04T09:06:00Z", durationMs: 74_000, exitCode: 0,
      output: { tail: "  keeps a basket\n224 passing\n", bytes: 412_000, sha256: zeros },
    }),
    command("make smoke", { kind: "verify", startedAt: "2026-03-04T09:10:00Z", exitCode: 2 }),
    command("make deploy TOKEN=[masked]", {
      kind: "deploy", startedAt: "2026-03-04T09:11:30Z", durationMs: 74_000, redactions: ["shell-assignment"], name: "deploy",
    }),
    command("tail -f app.log", { startedAt: "2026-03-04T09:13:00Z", durationMs: null, state: "running", exitCode: null }),
    command("sleep 900", { startedAt: "2026-03-04T09:14:00Z", durationMs: 60_000, state: "killed", exitCode: null, signal: "SIGKILL" }),
    command("purge the edge cache", { source: "stated", startedAt: null, durationMs: null, exitCode: null, kindSource: null }),
  ],
  metrics: [
    metric("basket", "response-time", {
      stratum: "miss",
      before: measured({ samples: thirty.slice(0, 26), rounds: thirty.slice(0, 26), value: 412.1, count: 26 }),
      after: measured({ samples: thirty.slice(0, 27), rounds: thirty.slice(0, 27), value: 95.2, count: 27, ...later }),
      comparison: {
        verdict: "improved", change: -0.769, shift: -316.2, interval: [-325, -304.1], pValue: 0.00001, pAdjusted: 0.00004,
        method: "rank-sum", notes: [],
      },
    }),
    metric("basket", "response-time", {
      stratum: "hit",
      before: measured({ samples: [11, 12, 12, 13], rounds: [1, 2, 3, 4], value: 12, count: 4 }),
      after: measured({ samples: [11, 11, 10], rounds: [1, 2, 3], value: 11, count: 3, ...later }),
      comparison: { verdict: "not-enough-data", change: null, shift: null, interval: null, pValue: null, pAdjusted: null, method: "rank-sum", notes: [] },
    }),
    metric("basket", "error-rate", {
      unit: "ratio",
      before: measured({ events: 0, count: 30 }),
      after: measured({ events: 1, count: 30, ...later }),
      comparison: {
        verdict: "unclear", change: null, shift: 0.033, interval: [-0.08, 0.166], pValue: 1, pAdjusted: 1, method: "fisher",
        notes: ["300 a side would show 5 %"],
      },
    }),
    metric("tests", "passed", {
      unit: "tests", better: "higher",
      before: measured({ value: 218, details: { failing: ["old › one"] } }),
      after: measured({ value: 224, details: { failing: [] }, ...later }),
      comparison: { verdict: "changed", change: 0.0275, shift: 6, interval: null, pValue: null, pAdjusted: null, method: "values", notes: [] },
    }),
    metric("bundle", "size", { unit: "bytes", before: measured({ value: 48_200 }), after: null }),
  ],
  rollback: {
    strategy: "revert",
    commands: ["git revert --no-edit dd44c0ffee17 bb24c0ffee17", "# then deploy again. This ship was deployed by: make deploy"],
    hazards: [
      { kind: "migration", path: "db/0017_kept_until.sql", why: "Adds `baskets.kept_until`; a revert does not remove it." },
      { kind: "dependencies", path: "package.json", why: "Changes `redis` from 5.3.1 to 5.4.0; a revert does not reinstall it." },
    ],
    applies: { status: "clean", against: sha("dd44"), conflicts: [] },
    rehearsal: {
      status: "clean", against: sha("dd44"), startedAt: "2026-03-04T09:35:00Z", durationMs: 38_000, conflicts: [],
      commands: [{ command: "npm test", exitCode: 0, durationMs: 30_000, tail: "" }],
    },
  },
  checklist: [
    { item: "capture the current behaviour", done: true, evidence: "08:50 UTC, 4 metrics", note: null, by: "evidence" },
    { item: "create a safe backup", done: true, evidence: "`pg_dump -Fc shop -f shop.dump`, exit 0", note: null, by: "evidence" },
    { item: "test the smallest change", done: false, evidence: null, note: null, by: "evidence" },
    { item: "watch logs after release", done: true, evidence: null, note: "(Ravi did)", by: "hand" },
    { item: "write the final note", done: false, evidence: null, note: null, by: "evidence" },
    { item: "tell the shops", done: true, evidence: null, note: null, by: "person-item" },
  ],
};
