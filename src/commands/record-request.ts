import { resolve } from "node:path";
import type { Config } from "../config.ts";
import type { ProseName } from "../document/prose.ts";
import { Failure } from "../failure.ts";
import type { SaidFacts } from "../gather/facts.ts";
import type { RangeRequest } from "../gather/range-search.ts";
import type { ComponentScope } from "../gather/scope.ts";
import type { Invocation } from "../invocation.ts";
import { isDay } from "../record/day.ts";
import { isPlaceholder, isRequirement, requirements } from "../record/policy.ts";
import type { ChangeRecord } from "../record/schema.ts";

/** The flags of `shipnote record`, validated and complete. */
export interface RecordRequest {
  range: RangeRequest;
  environment: string;
  component: ComponentScope | null;
  title: string | null;
  prose: Partial<Record<ProseName, string>>;
  said: SaidFacts;
  /** Exceptions to the policy. */
  exceptions: ChangeRecord["exceptions"];
  files: { before: readonly string[]; after: readonly string[]; baseline: string | null; results: string | null };
  /** The push that brought the ship, and when its remote had it; null where none was seen. */
  push: { from: string | null; to: string; at: string } | null;
  commit: boolean;
  /** Fetch what a shallow or partial clone lacks. */
  fetch: boolean;
  index: boolean;
  stdout: boolean;
  force: boolean;
  upgrade: boolean;
}

const proseFlags: readonly (readonly [flag: string, name: ProseName])[] = [
  ["reason", "why"], ["expected", "expected"], ["assumptions", "assumptions"], ["rollback", "rollback"],
];

/**
 * @param now the present time, ISO 8601 in UTC
 * @throws Failure `usage`, `value-invalid`
 */
export function readRecordRequest({ flags, directory }: Invocation, config: Config, now: string): RecordRequest {
  const noRange = flags.on("no-range");
  const title = oneLineOf(flags.text("title"), "--title");
  const named = ["from", "to", "relink"].find((flag) => flags.text(flag) !== null || flags.on(flag));
  if (noRange && named !== undefined) {
    throw new Failure("usage", `--no-range and --${named} exclude each other.`, { expected: "a ship with commits, or one without", retry: true });
  }
  if (noRange && title === null && flags.text("id") === null) {
    throw new Failure("usage", "A ship without commits needs a title.", { expected: "--no-range --title 'What was done'", retry: true });
  }
  const at = instantOf(flags.text("at"));
  const environment = environmentOf(flags.text("env"), config);
  const component = componentOf(flags.text("component"), config);
  return {
    range: {
      from: flags.text("from"),
      to: flags.text("to"),
      noRange,
      title,
      force: flags.on("force"),
      relink: flags.on("relink"),
      id: flags.text("id"),
      environment,
      component,
      tags: tagsOf(environment, component, config),
      day: (at ?? now).slice(0, 10),
    },
    environment,
    component,
    title,
    prose: Object.fromEntries(
      proseFlags.flatMap(([flag, name]) => {
        const words = flags.text(flag)?.trim();
        return words === undefined || words === "" ? [] : [[name, said(words, `--${flag}`)]];
      }),
    ),
    said: {
      at,
      owner: oneLineOf(flags.text("owner"), "--owner"),
      commands: flags.list("command").map((command) => ({ command, redactions: [] })),
      capture: !flags.on("no-commands"),
      approvedBy: flags.list("approved-by").map((who) => said(who, "--approved-by")),
      artifacts: flags.list("artifact").map(artifactOf),
    },
    exceptions: flags.list("exception").map(exceptionOf),
    files: {
      before: flags.list("before"),
      after: flags.list("after"),
      baseline: pathOf(flags.text("baseline"), directory),
      results: pathOf(flags.text("results"), directory),
    },
    push: null,
    commit: flags.on("commit"),
    fetch: flags.on("fetch"),
    index: flags.on("index"),
    stdout: flags.on("stdout"),
    force: flags.on("force"),
    upgrade: flags.on("upgrade"),
  };
}

/** The environment that is meant. @throws Failure `value-invalid` where the configuration lists others only */
export function environmentOf(named: string | null, config: Config): string {
  if (named === null) return config.environment;
  const known = Object.keys(config.environments ?? {});
  if (!/^[A-Za-z0-9][\w.-]*$/.test(named) || (known.length > 0 && !known.includes(named))) {
    throw new Failure("value-invalid", `There is no environment '${named}'.`, {
      expected: known.length > 0 ? `one of ${known.join(", ")}, as configured` : "a name of letters, digits, `.`, `_` and `-`",
      retry: true,
    });
  }
  return named;
}

/** The component that is meant. @throws Failure `value-invalid` for one that is not configured */
export function componentOf(named: string | null, config: Config): ComponentScope | null {
  if (named === null) return null;
  const known = Object.hasOwn(config.components, named) ? config.components[named] : undefined;
  if (known !== undefined) return { name: named, paths: known.paths };
  const names = Object.keys(config.components);
  throw new Failure("value-invalid", `There is no component '${named}'.`, {
    expected: names.length > 0 ? `one of ${names.join(", ")}` : "a component under `components:` of the configuration",
    retry: true,
  });
}

/** The globs of which the tags of such ships match one; empty for all tags. */
function tagsOf(environment: string, component: ComponentScope | null, config: Config): readonly string[] {
  const ofComponent = component === null ? undefined : config.components[component.name]?.tags;
  if (typeof ofComponent === "string") return [ofComponent];
  return config.environments?.[environment]?.tags ?? [];
}

function pathOf(path: string | null, directory: string): string | null {
  return path === null ? null : resolve(directory, path);
}

function oneLineOf(text: string | null, flag: string): string | null {
  if (text === null) return null;
  const line = text.replace(/\s+/g, " ").trim();
  if (line !== "") return line;
  throw new Failure("value-invalid", `${flag} is empty.`, { expected: "some words", retry: true });
}

/** @throws Failure `value-invalid` for what stands in place of words in a command that was proposed */
function said(words: string, flag: string): string {
  if (!isPlaceholder(words)) return words;
  throw new Failure("value-invalid", `${flag} '${words}' says nothing.`, { expected: "words of yours in its place", retry: true });
}

function instantOf(text: string | null): string | null {
  if (text === null) return null;
  const date = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2}))?$/i.test(text) ? new Date(text) : null;
  if (date !== null && !Number.isNaN(date.getTime()) && isDay(text.slice(0, 10))) return date.toISOString().replace(/\.\d{3}Z$/, "Z");
  throw new Failure("value-invalid", `--at ${text} is no moment.`, {
    expected: "ISO 8601 with its zone, such as 2026-11-24T09:12:44Z",
    retry: true,
  });
}

function exceptionOf(pair: string): ChangeRecord["exceptions"][number] {
  const at = pair.indexOf("=");
  const [rule, reason] = [pair.slice(0, at), pair.slice(at + 1).replace(/\s+/g, " ").trim()];
  if (at > 0 && isRequirement(rule) && reason !== "") return { rule, reason: said(reason, `--exception ${rule}`) };
  throw new Failure("value-invalid", `--exception ${pair} does not say from which rule, and why.`, {
    expected: `RULE=REASON, the rule one of ${requirements.join(", ")}`,
    retry: true,
  });
}

function artifactOf(pair: string): { name: string; digest: string } {
  const at = pair.lastIndexOf("=");
  const [name, digest] = [pair.slice(0, at), pair.slice(at + 1)];
  if (at > 0 && /^[a-z0-9]+:[0-9a-f]{32,128}$/i.test(digest)) return { name, digest };
  throw new Failure("value-invalid", `--artifact ${pair} does not say what was shipped.`, {
    expected: "NAME=DIGEST, such as api=sha256:9f86d081884c7d65…",
    retry: true,
  });
}
