import { Failure } from "../failure.ts";
import { maskAll, type SecretRules } from "../secrets.ts";

/** A failure that is told in words of what was run, without secrets. */
export async function maskFailure(failure: Failure, rules: SecretRules): Promise<Failure> {
  const [message, expected] = await maskAll([failure.message, failure.expected], rules);
  if (message === undefined || expected === undefined || message.rules.length + expected.rules.length === 0) return failure;
  return new Failure(failure.code, message.text, { expected: expected.text, retry: failure.retry });
}
