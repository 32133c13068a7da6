import { Failure } from "../failure.ts";
import { assembleChecklist, type StandingItem } from "./checklist.ts";
import { withFactsDigest } from "./facts-digest.ts";
import { recordId } from "./id.ts";
import { changeRecord, type ChangeRecord } from "./schema.ts";
import { overallVerdict } from "./verdict.ts";

/** What was gathered: every part of a record that rests on evidence. */
export type Facts = Omit<
  ChangeRecord,
  "version" | "generator" | "id" | "title" | "recordedAt" | "verdict" | "checklist" | "exceptions"
>;

/** What people said and what stands, beside the facts. */
export interface Answers {
  title: string;
  /** Exceptions to the policy that are said now; each takes the place of an earlier one to the same rule. */
  exceptions: ChangeRecord["exceptions"];
  /** The configured checklist, else the default one. */
  checklist: readonly string[];
  /** Which parts of the final note will stand in the markdown. */
  written: { why: boolean; expected: boolean; rollback: boolean };
  /** The record that this ship has already. */
  standing: ChangeRecord | null;
  /** Its checklist as it stands in the markdown; null where there is none. */
  standingChecklist: readonly StandingItem[] | null;
  /** ISO 8601 in UTC; counts for a new record only. */
  recordedAt: string;
  /** Whether an id stands for another ship. */
  taken: (id: string) => boolean;
  generator: ChangeRecord["generator"];
}

/**
 * Facts and answers become a valid record, its checklist and its overall verdict. The id and the moment of
 * recording of a record that stands are kept.
 *
 * @throws Failure `value-invalid` where a value does not fit record.json
 */
export function assembleRecord(facts: Facts, answers: Answers): ChangeRecord {
  const { standing } = answers;
  const candidate = {
    ...standing,
    ...facts,
    version: 1,
    generator: answers.generator,
    id: standing?.id ?? recordId(answers.title, facts.shippedAt, facts.range?.to ?? null, answers.taken),
    title: answers.title,
    recordedAt: standing?.recordedAt ?? answers.recordedAt,
    verdict: overallVerdict(facts.metrics),
    checklist: assembleChecklist(
      answers.checklist,
      { metrics: facts.metrics, commands: facts.commands, watch: facts.watch, written: answers.written },
      standing?.checklist ?? [],
      answers.standingChecklist,
    ),
    exceptions: [...(standing?.exceptions ?? []).filter(({ rule }) => !answers.exceptions.some((said) => said.rule === rule)), ...answers.exceptions],
  };
  const parsed = changeRecord.safeParse(candidate);
  if (parsed.success) return parsed.data;
  const problem = parsed.error.issues[0];
  throw new Failure("value-invalid", `The record would not be valid: ${problem?.path.join(".") ?? ""}: ${problem?.message ?? ""}`, {
    expected: "facts that fit record.json (shipnote schema record)",
    retry: true,
    cause: parsed.error,
  });
}

/**
 * record.json as it is written: with its digest, in the schema's order, unknown keys last, two spaces, a newline at the
 * end.
 *
 * @param madeOf as of {@link withFactsDigest}
 */
export function factsText(record: ChangeRecord, madeOf: ChangeRecord | null = null): string {
  return `${JSON.stringify(withFactsDigest(record, madeOf), null, 2)}\n`;
}

/** Whether two records say the same, whoever rendered them. */
export function sameFacts(one: ChangeRecord, other: ChangeRecord): boolean {
  const strip = ({ generator: _generator, ...facts }: ChangeRecord): string => JSON.stringify(facts);
  return strip(one) === strip(other);
}
