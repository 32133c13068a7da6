import Handlebars from "handlebars";
import { choosers, problemsOf, writers } from "./places.ts";
import type { Problem } from "./places.ts";

/*
 * Handlebars' compiler: for our templates at build time (.build/), for a user's partials at run time, loaded only then.
 */

const known = Object.fromEntries([...writers, ...choosers].map((name) => [name, true]));
// Not `strict`: there a name within a value that is not there ends in the runtime's own TypeError, without its place.
// Every value goes through a helper of ours, and each of them refuses one that the data does not have.
const options = { noEscape: true, knownHelpersOnly: true, knownHelpers: known };

/** A template in JavaScript, as Handlebars' runtime takes it; or its problems, each with its line. */
export function compile(source: string): { code: string } | { problems: Problem[] } {
  try {
    const problems = problemsOf(Handlebars.parse(source).body);
    return problems.length > 0 ? { problems } : { code: String(Handlebars.precompile(source, options)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = /Parse error on line (\d+)/.exec(message)?.[1] ?? / - (\d+):\d+$/.exec(message)?.[1] ?? "1";
    return { problems: [{ line: Number(line), message: message.split("\n")[0]?.replace(/:$/, "") ?? message }] };
  }
}
