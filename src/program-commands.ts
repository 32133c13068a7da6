import type { CommandLine, FlagLine } from "./program-command.ts";
import { doctor } from "./program-commands-doctor.ts";
import { init } from "./program-commands-init.ts";

export type { CommandLine, FlagLine };

/** The line that is meant; where its default is another, a command words it itself. */
const line: readonly FlagLine[] = [
  ["--env NAME", "the environment (default: `environment` of the configuration)"],
  ["--component NAME", "the component, as configured"],
];

/** Of commands that run checks. */
const measuresNothing: FlagLine = ["--dry-run", "say what would be measured, run nothing"];

/** Every command with its flags and help, as data; each action is loaded when it is called. */
export const commands: readonly CommandLine[] = [
  {
    name: "record",
    usage: "",
    summary: "write the change record of the last ship into notes/",
    core: true,
    writes: true,
    flags: [
      ["--from REV", "where the range begins (exclusive)"],
      ["--to REV", "where it ends (inclusive; default: HEAD)"],
      ["--no-range", "a ship without commits: a flag, a setting, a data repair (needs --title)"],
      ...line,
      ["--at ISO", "when it shipped (ISO 8601)"],
      ["--fetch", "fetch what a shallow or partial clone lacks of the range"],
      ["--relink", "write the new shas of a ship whose history was rewritten; --to says what it is where that cannot be told"],
      ["--title T", "the title"],
      ["--reason T", "why it was done"],
      ["--expected T", "the expected result, e.g. `tests failed <= 0`"],
      ["--assumptions T", "what the expectation rests on"],
      ["--rollback T", "what to know when undoing it, beside the derived commands"],
      ["--owner NAME", "who answers for it"],
      ["--command CMD...", "a command that was run but not captured (may be repeated)"],
      ["--no-commands", "take no captured commands"],
      ["--before NAME=FILE...", "a report from before the change (may be repeated)"],
      ["--after NAME=FILE...", "a report from after the change (may be repeated)"],
      ["--baseline FILE", "results that `before --save` wrote"],
      ["--results FILE", "results that `after --save` wrote"],
      ["--approved-by WHO...", "who approved it (may be repeated)"],
      ["--artifact NAME=DIGEST...", "what was shipped (may be repeated)"],
      ["--exception RULE=REASON...", "why this ship is excused from a rule of the policy (may be repeated)"],
      ["--id ID", "bring this record up to date"],
      ["--commit", "commit the record's own files, and nothing else"],
      ["--index", "rebuild the index as well"],
      ["--stdout", "print the markdown instead of writing files"],
      ["--force", "record overlapping ranges, overwrite edited regions, append to prose"],
      ["--upgrade", "render an old record with today's templates"],
      ["--plain", "ask in plain lines, for a screen reader; nothing is drawn (SHIPNOTE_PLAIN: in every command)"],
    ],
    more: `Where the range begins, without --from: where a CI run says that its push began, else at the end of the
line's last record, else where the upstream branch is, else at the nearest tag or where it left the remote's
default branch, else at the commit before.
Running it again is safe: the same ship is brought up to date, never written twice.

Examples:
  shipnote record                               the last ship, with questions in a terminal
  shipnote record --from v1.4.0 --reason "…"    everything since a tag
  shipnote record --no-range --title "Turn search on for everybody"
  shipnote record --to v1.3.2                   a rollback to an older commit`,
    load: async () => (await import("./commands/record.ts")).record,
  },
  {
    name: "run",
    usage: "-- CMD ARG...",
    summary: "run a command as if it were typed, and keep it for the record",
    core: true,
    writes: false,
    flags: [
      ["--as KIND", "backup, migrate, deploy, verify, rollback or other"],
      ["--name N", "a name for the record"],
      ["--env NAME", "the environment (default: SHIPNOTE_ENV, else none: any record may take it)"],
      ["--component NAME", "the component (default: SHIPNOTE_COMPONENT, else none)"],
      ["--no-output", "keep nothing of what it prints"],
    ],
    more: `The command gets this terminal, its streams and its signals, and \`run\` ends as it does. Flags stand
before \`--\`; what stands behind it is the command's own.

Examples:
  shipnote run --as deploy -- make deploy
  shipnote run --as backup -- pg_dump -Fc app -f app.dump`,
    load: async () => (await import("./commands/run.ts")).run,
  },
  {
    name: "before",
    usage: "",
    summary: "run the checks and keep the results as the baseline",
    core: true,
    writes: false,
    flags: [
      ["--save FILE", "write the results to a file, too"],
      ["--only NAME...", "only this check (may be repeated)"],
      ["--rev REV", "measure this revision, in a throw-away worktree"],
      ...line,
      measuresNothing,
    ],
    more: `Run it while the old state is still there; where what was measured could never show a change, it says so then.
What --save writes goes from machine to machine: \`after --baseline\` and \`record --baseline\` take it.

Forgot to measure before the change? \`--rev\` lays the older commit out in a worktree below the folder for
temporary files, sets it up there (\`compare.setup\`), and measures it by the configuration at hand; run
\`shipnote after\` afterwards. What a check's command leaves running in the background is ended with it.

Examples:
  shipnote before                               all checks, here and now
  shipnote before --rev HEAD~1 --only tests     what it was like one commit earlier`,
    load: async () => (await import("./commands/before.ts")).before,
  },
  {
    name: "after",
    usage: "",
    summary: "run the checks again, keep the results, and compare",
    core: true,
    writes: false,
    flags: [
      ["--save FILE", "write the results to a file, too"],
      ["--only NAME...", "only this check (may be repeated)"],
      ["--baseline FILE", "compare with these results, which --save wrote"],
      ...line,
      measuresNothing,
    ],
    more: `Compares with the newest \`before\` since the last record, else with what that record measured. A difference is
called improved or regressed where it is told from chance and larger than the tolerance; where nothing can be
told, it says which change would have shown, and how many more rounds would do. Exit status 1 where \`failOn\`
of the configuration names a verdict that occurs.

Examples:
  shipnote after                                all checks, and what became of them
  shipnote after --baseline before.json         beside what another machine measured`,
    load: async () => (await import("./commands/after.ts")).after,
  },
  {
    name: "compare",
    usage: "[FROM] [TO]",
    summary: "measure two commits in throw-away worktrees, in turns, and compare",
    core: false,
    writes: false,
    flags: [
      ["--only NAME...", "only this check (may be repeated)"],
      ["--env NAME", "the environment whose next record is meant, and may take it (default: any)"],
      ["--component NAME", "the component, as configured: its checks, and its records"],
      measuresNothing,
    ],
    more: `FROM is where the range of the next record would begin, TO is HEAD. Each commit is laid out in a worktree
below the folder for temporary files and set up there (\`compare.setup\`); the checks then run in pairs of
rounds, the one tree and the other in turns, \`compare.pairs\` times. An http check has \`serve:\` start its
server on $PORT in either tree; where nothing of a check would come from the tree, it is left out. Both trees
are measured by the configuration at hand. What is not committed, and submodules, are not in them. The next
record of that range takes the result.

Examples:
  shipnote compare                   this ship, before it is shipped
  shipnote compare v1.4.0 main       any two commits
  shipnote compare HEAD HEAD         how much noise there is`,
    load: async () => (await import("./commands/compare.ts")).compare,
  },
  {
    name: "rollback",
    usage: "[ID]",
    summary: "print how to undo the last ship, or the ship ID",
    core: true,
    writes: false,
    flags: [["--env NAME", "of this environment"], ["--component NAME", "of this component"], ["--check", "say for every record whether undoing would still apply to HEAD"]],
    load: async () => (await import("./commands/rollback.ts")).rollback,
  },
  {
    name: "list",
    usage: "",
    summary: "list records, newest first",
    core: true,
    writes: false,
    flags: [
      ["--env NAME", "of this environment"],
      ["--component NAME", "of this component"],
      ["--since DAY", "shipped on or after this day (YYYY-MM-DD)"],
      ["--until DAY", "shipped on or before this day"],
      ["--owner NAME", "of this owner"],
      ["--verdict WORD", "with this verdict"],
      ["--hazard KIND", "with such a hazard"],
      ["--outcome WORD", "that ended so: ok, failed, rolled-back, superseded"],
      ["--grep TEXT", "whose title, subjects or paths hold this text"],
      ["--limit N", "at most so many"],
    ],
    load: async () => (await import("./commands/list.ts")).list,
  },
  {
    name: "show",
    usage: "[ID]",
    summary: "show one record: the last, or ID",
    core: true,
    writes: false,
    flags: [
      ["--format FORMAT", "markdown (default), release, summary, chat or plain"],
      ["--max-bytes N", "cut at the end of a section, with a way to the rest"],
    ],
    more: `release, summary and chat mention nobody, and their links lead to the record from anywhere.
Unless told otherwise, release ends at 125,000 bytes, summary at 1,048,576, chat at 4,000.

Examples:
  shipnote show --format release | gh release create v1.4.0 --notes-file -
  shipnote show --format release --max-bytes 65536 | gh pr edit --body-file -
  shipnote show --format summary >> "$GITHUB_STEP_SUMMARY"
  shipnote show --format chat --max-bytes 2000     for Discord`,
    load: async () => (await import("./commands/show.ts")).show,
  },
  {
    name: "index",
    usage: "",
    summary: "rebuild the index in notes/README.md and notes/<year>/README.md",
    core: false,
    writes: true,
    flags: [["--check", "write nothing, exit with 1 where the index is stale"], ["--force", "overwrite an index that was edited by hand"]],
    load: async () => (await import("./commands/index.ts")).index,
  },
  {
    name: "runbook",
    usage: "[NAME]",
    summary: "rebuild the runbooks in notes/runbooks from the commands in the records",
    core: false,
    writes: true,
    flags: [["--force", "overwrite regions that were edited by hand"]],
    load: async () => (await import("./commands/runbook.ts")).runbook,
  },
  init,
  {
    name: "hook",
    usage: "ACTION ...",
    summary: "install, uninstall or status: the git hooks that ask for a record",
    core: true,
    writes: true,
    flags: [
      ["--pre-push-only", "only say before a push how to record it; ask nothing"],
      ["--shared", "also into hooks that all your repositories share"],
    ],
    more: `After a push to a ship branch has arrived, the terminal in which it was typed asks for the record; after a
pull of what was merged elsewhere likewise. Enter takes what is proposed, and what is put off is offered again
with the next push. The push itself is never held up or changed. Hooks that are there already are kept, and run
first.

Examples:
  shipnote hook install
  shipnote hook status`,
    load: async () => (await import("./commands/hook.ts")).hook,
  },
  {
    name: "verify",
    usage: "",
    summary: "say whether the notes can be believed: for CI",
    core: true,
    writes: false,
    flags: [
      ["--since REV", "only what changed, and what shipped, since this commit, or since a day (YYYY-MM-DD)"],
      ["--format FORMAT", "text (default), github (annotations), sarif or junit"],
    ],
    more: `Gathers the facts of every record from git again, and looks for ships without a record and for records that
are gone. Exit status 1 where a record is missing, incomplete, invalid, against the policy or edited where
shipnote writes, or does not follow from git; a ship that stands under other commits since history was
rewritten is told, and is no failure. A record may go where a commit says 'Removes-record: ID'.
It runs nothing and writes nothing.

Examples:
  shipnote verify
  shipnote verify --since origin/main --format github`,
    load: async () => (await import("./commands/verify.ts")).verify,
  },
  doctor,
  {
    name: "schema",
    usage: "NAME",
    summary: "print a JSON Schema: record, config or outcome",
    core: false,
    writes: false,
    flags: [],
    load: async () => (await import("./commands/schema.ts")).schema,
  },
];

/** The flags of every command. */
export const everywhere: readonly FlagLine[] = [
  ["-C DIR", "work as if started in DIR"],
  ["--config FILE", "the configuration (default: shipnote.config.yaml, .yml or .json at the root)"],
  ["--json", "one JSON document on stdout, nothing else there"],
  ["-q, --quiet", "no progress and hints on stderr"],
  ["--no-color", "no colour (NO_COLOR, FORCE_COLOR and CI count, too)"],
  ["-y, --yes", "ask nothing"],
];

/** What help says last. */
export const exitStatuses = `Exit status: 0 done, or nothing to do; 1 the answer is no; 2 the call or the configuration is wrong;
3 the surroundings are; 4 a check could not be run; 130 interrupted. \`run\` ends as its command did.`;
