import { shellWord } from "./undo.ts";

/** Letters, digits and marks that no shell makes anything of but a word, were it to read them. */
const harmless = /^[\p{L}\p{N}\p{M} @%+:,./_–—’=[\]-]*$/u;

/**
 * A sentence for a comment line, on one line already. zsh takes `#` for a command where it is typed or pasted, and
 * then reads on: what could start something there, or open a quotation, stands in quotes.
 */
export function commented(text: string): string {
  return harmless.test(text) ? text : `'${text.replaceAll("'", "’")}'`;
}

/** A command for a comment line, letter by letter. */
export function commentedCommand(command: string): string {
  return harmless.test(command) ? command : shellWord(command);
}
