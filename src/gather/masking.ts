import type { Command } from "../record/schema.ts";
import { maskAll, type SecretRules } from "../secrets.ts";
import type { StatedCommand } from "./commands.ts";

/** Object ids, digests and times are no secrets, and most of what a record holds. */
const harmless = /^(?:[0-9a-f]{40}|[0-9a-f]{64}|\d{4}-\d\d-\d\dT[\d:.]+Z|)$/;
const plainWord = /^[a-z-]{1,20}$/;

/** Fields whose plain words are ours, or name a line or a check: no rule may take them for something else. */
const ourFields = new Set([
  "better", "check", "code", "component", "direction", "environment", "kind", "kindSource", "method", "shippedAtSource", "source", "state",
  "status", "strategy", "verdict",
]);

/**
 * A value with the secrets in all its strings masked, keys included; one call for everything, as loading the
 * rules costs more than applying them.
 */
export async function maskStrings<T>(value: T, rules: SecretRules): Promise<T> {
  const texts = new Set<string>();
  visit(value, (text) => texts.add(text));
  const list = [...texts];
  const masked = await maskAll(list, rules);
  const changed = new Map<string, string>();
  for (const [place, text] of list.entries()) {
    const { text: now } = masked[place] ?? { text };
    if (now !== text) changed.set(text, now);
  }
  return changed.size === 0 ? value : replaced(value, changed);
}

/** Commands, masked with the user's own rules as well, which `run` does not know; says which rules were needed. */
export async function maskCommands(commands: readonly Command[], rules: SecretRules): Promise<Command[]> {
  if (commands.length === 0) return [];
  const masked = await maskAll(commands.flatMap((command) => [command.command, command.name ?? "", command.output?.tail ?? ""]), rules);
  return commands.map((command, place) => {
    const [line, name, tail] = masked.slice(place * 3, place * 3 + 3);
    const redactions = [...new Set([...command.redactions, ...[line, name, tail].flatMap((part) => part?.rules ?? [])])].sort();
    return {
      ...command,
      command: line?.text ?? command.command,
      name: command.name === null ? null : (name?.text ?? command.name),
      output: command.output === null ? null : { ...command.output, tail: tail?.text ?? command.output.tail },
      redactions,
    };
  });
}

/** Commands that were said to have run, masked before anything is derived from their words. */
export async function maskStated(stated: readonly StatedCommand[], rules: SecretRules): Promise<StatedCommand[]> {
  const masked = await maskAll(stated.map(({ command }) => command), rules);
  return masked.map(({ text, rules: redactions }) => ({ command: text, redactions }));
}

function mayHide(value: string, field: string | null): boolean {
  return !harmless.test(value) && !(field !== null && ourFields.has(field) && plainWord.test(value));
}

function visit(value: unknown, see: (text: string) => void, field: string | null = null): void {
  if (typeof value === "string") {
    if (mayHide(value, field)) see(value);
  } else if (Array.isArray(value)) {
    for (const item of value) visit(item, see);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (!plainWord.test(key)) see(key);
      visit(item, see, key);
    }
  }
}

function replaced<T>(value: T, changed: ReadonlyMap<string, string>, field?: string): T;
function replaced(value: unknown, changed: ReadonlyMap<string, string>, field: string | null = null): unknown {
  if (typeof value === "string") return mayHide(value, field) ? (changed.get(value) ?? value) : value;
  if (Array.isArray(value)) return value.map((item: unknown) => replaced(item, changed));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [plainWord.test(key) ? key : (changed.get(key) ?? key), replaced(item, changed, key)]));
}
