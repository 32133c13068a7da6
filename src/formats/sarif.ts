import { decoded, findingMetrics, type Finding, type Level, stablePath } from "./findings.ts";
import type { ReportFormat, ReportText } from "./format.ts";
import { countAt, entries, type Member, member, misread, needed, textAt, wholeReport } from "./members.ts";

const levels = new Set(["error", "warning", "note", "none"]);

/**
 * SARIF 2.1.0 (OASIS), of any tool; several runs and files are summed. Left out are results that are suppressed
 * (unless nobody has accepted that), that are gone since the tool's own baseline, and that are no failure. An error
 * of the tool itself, such as a file that it could not parse, is an error found: what it did not see is not mended.
 */
export const sarif: ReportFormat = {
  name: "sarif",
  recognizes: (text) => {
    const head = text.slice(0, 65_536);
    return /^\s*\{/.test(head) && (/"\$schema"\s*:\s*"[^"]{0,200}sarif/.test(head) || (/"runs"\s*:\s*\[/.test(head) && /"driver"\s*:\s*\{/.test(head)));
  },
  read: (files) => findingMetrics(files.flatMap(findingsOf), ["error", "warning", "note"]),
};

function findingsOf(file: ReportText): Finding[] {
  const whole = wholeReport(file, "a SARIF tool");
  const version = needed(whole, "version");
  if (textAt(version) !== "2.1.0") throw misread(version, "is another version than 2.1.0");
  return entries(needed(whole, "runs")).flatMap((run) => {
    const tool = needed(run, "tool");
    const driver = rulesOf(needed(tool, "driver"));
    const context = { file, artifacts: listOf(run, "artifacts"), driver, extensions: listOf(tool, "extensions").map(rulesOf) };
    return [...resultsOf(run, context), ...problemsOf(run, context)];
  });
}

/** Rules in the order in which a tool, or an extension of it, lists them, and by their ids. */
interface Rules { list: readonly Member[]; byId: ReadonlyMap<string, Member> }

/** What the results of a run refer to. */
interface Context { file: ReportText; artifacts: readonly Member[]; driver: Rules; extensions: readonly Rules[] }

function rulesOf(component: Member): Rules {
  const list = listOf(component, "rules");
  return { list, byId: new Map(list.map((rule) => [textOf(rule, "id") ?? "", rule])) };
}

function resultsOf(run: Member, context: Context): Finding[] {
  return listOf(run, "results").flatMap((result): Finding[] => {
    if (isSuppressed(result) || member(result, "baselineState")?.value === "absent") return [];
    const rule = ruleOf(result, context);
    const level = levelOf(result, rule.found);
    return level === "none" ? [] : [{ level, rule: rule.id, path: pathOf(result, context) }];
  });
}

/** What went wrong with the tool itself (`invocations`). */
function problemsOf(run: Member, context: Context): Finding[] {
  return listOf(run, "invocations").flatMap((call) => ["toolExecutionNotifications", "toolConfigurationNotifications"].flatMap((key) =>
    listOf(call, key).filter((problem) => member(problem, "level")?.value === "error").map((problem): Finding => ({
      level: "error",
      rule: textOf(member(problem, "descriptor"), "id") ?? "tool error",
      path: pathOf(problem, context),
    }))));
}

/**
 * A result names its rule, or gives its place in the list of the tool or of one of its extensions; a longer id
 * (`CA1000/1`) is of the rule before the slash.
 */
function ruleOf(result: Member, { driver, extensions }: Context): { id: string; found: Member | undefined } {
  const reference = member(result, "rule");
  const component = reference === null ? null : member(reference, "toolComponent");
  const extension = indexOf(component, "index");
  const rules = extension === null ? driver : (extensions[extension] ?? driver);
  const given = textOf(result, "ruleId") ?? textOf(reference, "id");
  const at = indexOf(result, "ruleIndex") ?? indexOf(reference, "index");
  const found = at === null ? rules.byId.get(given ?? "") ?? rules.byId.get(given?.replace(/\/[^/]*$/, "") ?? "") : rules.list[at];
  const id = given ?? (found === undefined ? null : textOf(found, "id"));
  return { id: id ?? "a rule without a name", found };
}

/** A place in a list; null where none is given, which is also written as -1. */
function indexOf(of: Member | null, key: string): number | null {
  const index = of === null ? null : member(of, key);
  return index === null || index.value === -1 ? null : countAt(index);
}

/** The level of a result, else what its kind means, else what its rule has by default, else `warning`. */
function levelOf(result: Member, rule: Member | undefined): Level | "none" {
  const own = member(result, "level");
  if (own !== null) return levelAt(own);
  if ((textOf(result, "kind") ?? "fail") !== "fail") return "none";
  const usual = rule === undefined ? null : member(rule, "defaultConfiguration");
  const level = usual === null ? null : member(usual, "level");
  return level === null ? "warning" : levelAt(level);
}

function levelAt(of: Member): Level | "none" {
  const level = textAt(of);
  if (!levels.has(level)) throw misread(of, `is none of ${[...levels].join(", ")}`);
  return level === "error" || level === "note" || level === "none" ? level : "warning";
}

function isSuppressed(result: Member): boolean {
  return listOf(result, "suppressions").some((each) => (textOf(each, "status") ?? "accepted") === "accepted");
}

/** The file that a result is in first; "" where it says none. */
function pathOf(of: Member, { file, artifacts }: Context): string {
  const [first] = listOf(of, "locations");
  const physical = first === undefined ? null : member(first, "physicalLocation");
  const place = physical === null ? null : member(physical, "artifactLocation");
  const at = indexOf(place, "index");
  const kept = at === null ? undefined : artifacts[at];
  const uri = textOf(place, "uri") ?? textOf(kept === undefined ? null : member(kept, "location"), "uri");
  return uri === null ? "" : stablePath(uri.startsWith("file:") ? uri : decoded(uri), file);
}

function listOf(of: Member, key: string): Member[] {
  const list = member(of, key);
  return list === null ? [] : entries(list);
}

function textOf(of: Member | null, key: string): string | null {
  const found = of === null ? null : member(of, key);
  return found === null ? null : textAt(found);
}
