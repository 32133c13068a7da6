import type { Config } from "../config.ts";
import { type ShipLine, shellClauses } from "../gather/set-up-ships.ts";

/** What a job records with. */
export interface Recorder {
  forge: keyof typeof refs;
  config: Config;
  /** `record` with its flags, as words of sh. */
  record: string;
}

/** How a shell has the name of the ref that was pushed, whole. */
const refs = { github: "$GITHUB_REF", gitlab: "$ref", other: "$ref" } as const;

/** The lines of sh that record: once, or for each environment that the push ships to, and for each component that it touches. */
export function recordingLines({ forge, config, record }: Recorder, lines: readonly ShipLine[]): string[] {
  const components = Object.entries(config.components);
  const [whole] = lines.length === 1 && startsWithShips(forge, lines) ? lines : [];
  if (whole !== undefined && components.length === 0) {
    const environment = whole.environment === config.environment ? "" : ` --env ${whole.environment}`;
    return [`${record}${environment}${forge === "github" ? "" : " || status=$?"}`];
  }
  const tagged = components.flatMap(([name, { tags }]) => (tags === null ? [] : [{ name, tag: `refs/tags/${tags}` }]));
  const cases = [
    ...tagged.flatMap(({ name, tag }) => casesOf(refs[forge], [tag], `only="$only ${name}"`)),
    ...(whole === undefined ? lines.flatMap((line) => casesOf(refs[forge], refsOf(line), `record --env ${line.environment}`)) : [`record --env ${whole.environment}`]),
  ];
  return [
    ...(forge === "github" ? ["status=0"] : []),
    ...(components.length === 0 ? [`record() { ${record} "$@" || status=$?; }`] : componentwise(record, components.map(([name]) => name), tagged.length > 0)),
    ...(forge === "gitlab" && cases.some((line) => line.startsWith("case ")) ? ['ref=refs/${CI_COMMIT_TAG:+tags/$CI_COMMIT_TAG}${CI_COMMIT_BRANCH:+heads/$CI_COMMIT_BRANCH}'] : []),
    ...(cases.some((line) => / in \*\//.test(line)) ? ["# A star of the shell passes slashes: what has more of them is another name."] : []),
    ...cases,
    ...(forge === "github" ? ['exit "$status"'] : []),
  ];
}

/** Whether nothing else starts the job: a script is called whenever somebody calls it, and GitHub has no pattern for `?`. */
function startsWithShips(forge: Recorder["forge"], lines: readonly ShipLine[]): boolean {
  return forge !== "other" && !(forge === "github" && lines.flatMap(refsOf).some((glob) => glob.includes("?")));
}

function refsOf({ branches, tags }: ShipLine): string[] {
  return [...branches.map((glob) => `refs/heads/${glob}`), ...tags.map((glob) => `refs/tags/${glob}`)];
}

function casesOf(ref: string, globs: readonly string[], then: string): string[] {
  return shellClauses(globs).map(({ except, patterns }) => `case ${ref} in ${except === null ? "" : `${except}) ;; `}${patterns.join(" | ")}) ${then} ;; esac`);
}

/** What touches no component is the whole repository's; a component's own tag is a ship of that one alone. */
function componentwise(record: string, components: readonly string[], haveTags: boolean): string[] {
  return [
    ...(haveTags ? ["only="] : []),
    "record() {",
    `  touched=${haveTags ? "$only" : ""}`,
    `  for component in ${haveTags ? `\${only:-${components.join(" ")}}` : components.join(" ")}; do`,
    `    said=$(${record} --component "$component" "$@") || status=$?`,
    '    echo "$component: $said"',
    "    case $said in 'nothing to record'*) ;; *) touched=yes ;; esac",
    "  done",
    `  if [ -z "$touched" ]; then ${record} "$@" || status=$?; fi`,
    "}",
  ];
}
