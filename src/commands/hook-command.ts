import { shellWord } from "../rollback/undo.ts";
import type { PostponedShip } from "../state/pushes.ts";
import { oneLine } from "../terminal.ts";

/**
 * What to type for the record of a ship.
 *
 * @param usual the environment that goes without saying
 */
export function recordCommand({ environment, component, from, to }: PostponedShip, usual: string): string {
  return [
    "shipnote record", ...(from === null ? [] : [`--from ${from.slice(0, 12)}`]), `--to ${to.slice(0, 12)}`, ...lineFlags(environment, component, usual),
  ].join(" ");
}

/** The same where nothing but a ref is known. A ref's name may hold what a shell would run: then its id is what to paste. */
export function recordCommandFor(name: string, id: string, { environment, component, usual }: { environment: string; component: string | null; usual: string }): string {
  const to = /^\w[\w./-]*$/.test(name) ? name : id.slice(0, 12);
  return ["shipnote record", `--to ${to}`, ...lineFlags(environment, component, usual)].join(" ");
}

function lineFlags(environment: string, component: string | null, usual: string): string[] {
  const word = (name: string): string => oneLine(shellWord(name));
  return [...(environment === usual ? [] : [`--env ${word(environment)}`]), ...(component === null ? [] : [`--component ${word(component)}`])];
}
