import { type Attempts, type MeasuredAnswers, measuredAnswers } from "../../record/answers.ts";
import type { Metric } from "../../record/schema.ts";
import { count, whole } from "../quantity.ts";

/** A question that a reader asks first, in a word, and its answer; only what was measured. */
export interface AnswerView {
  /** Whether it is not the first. */
  also: boolean;
  question: string;
  answer: string;
}

/**
 * Is it up, is it slower, do jobs or tests fail, did anything change. That something changed is not said alone, nor
 * where the verdict says just that.
 *
 * @param lead the first words of the verdict; null where there is none
 */
export function answersView(metrics: readonly Metric[], lead: string | null): AnswerView[] {
  const { up, slower, jobs, tests, changed } = measuredAnswers(metrics);
  const said = [
    ["Up", up === null ? null : upAnswer(up)],
    ["Slower", slower === null ? null : slowerAnswer(slower)],
    ["Jobs", jobs === null ? null : jobsAnswer(jobs)],
    ["Tests", tests === null ? null : testsAnswer(tests)],
  ].flatMap(([question, answer]) => typeof question === "string" && typeof answer === "string" ? [{ question, answer }] : []);
  const isNew = said.length > 0 && changed !== null && !sayingSo.includes(lead ?? "");
  const all = isNew ? [...said, { question: "Changed", answer: changedAnswer(changed) }] : said;
  return all.map((each, at) => ({ also: at > 0, ...each }));
}

/** Leads of a verdict that answer whether anything changed. */
const sayingSo = ["Changed", "No change", "Cannot be told"];

function upAnswer({ failed, of }: Attempts): string {
  const requests = count(of, "request");
  if (failed === 0) return `yes, ${whole(of)} of ${requests}`;
  return failed === of ? `no, each of ${requests} failed` : `not always, ${whole(failed)} of ${requests} failed`;
}

function slowerAnswer({ slower, faster, unclear, same }: NonNullable<MeasuredAnswers["slower"]>): string | null {
  if (slower.length > 0) return faster.length > 0 ? "in part; faster in part" : "yes";
  if (faster.length > 0) return unclear.length === 0 ? "no, faster" : `faster; ${count(unclear.length, "other time")} cannot be told`;
  if (unclear.length > 0) return "cannot be told";
  return same.length > 0 ? "no" : null;
}

function jobsAnswer({ failed, of }: Attempts): string {
  return `${failed === 0 ? "none" : whole(failed)} of ${count(of, "run")} failed`;
}

function testsAnswer({ failing, newly }: NonNullable<MeasuredAnswers["tests"]>): string {
  if (failing === 0) return "none failing";
  return `${whole(failing)} failing${newly.length === 0 ? "" : `, ${whole(newly.length)} newly`}`;
}

function changedAnswer({ metrics, unclear, rates }: NonNullable<MeasuredAnswers["changed"]>): string {
  if (metrics.length > 0) return "yes";
  if (rates.length > 0) return "perhaps";
  return unclear ? "cannot be told" : "no";
}
