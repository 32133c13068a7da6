import { Failure } from "../failure.ts";

/**
 * Says that a report file cannot be read.
 *
 * @param kind what it was taken for, with its article: `a readable JUnit report`
 * @param problem what is wrong, and where
 * @param expected what such a report has to be
 */
export function unreadable(path: string, kind: string, problem: string, expected: string): Failure {
  return new Failure("report-invalid", `${path} is not ${kind}: ${problem}.`, { expected, retry: true });
}
