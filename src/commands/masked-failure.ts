import { Failure } from "../failure.ts";
import { maskAll, type SecretRules } from "../secrets.ts";

/** A failure that is told in words of what was run: its message without secrets. */
export async function maskFailure(failure: Failure, rules: SecretRules): Promise<Failure> {
  const [message] = await maskAll([failure.message], rules);
  return message === undefined || message.rules.length === 0
    ? failure
    : new Failure(failure.code, message.text, { expected: failure.expected, retry: failure.retry });
}
