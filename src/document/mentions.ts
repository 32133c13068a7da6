/*
 * Who is called where a text is shown, and how not to. What forges take for a call, by their own rules: GitHub (the
 * gem html-pipeline) and GitLab a name behind `@`, wherever no letter, digit or `_` stands before it in the same text
 * of the page, outside of code; names of GitLab and Gitea may begin with `.`, `-` or `_`, Bitbucket writes `@{id}`.
 */

const reference = "&(?:#\\d{1,7}|#x[\\da-f]{1,6}|[a-z][a-z\\d]{0,31});";
const escaped = "\\\\[!-/:-@[-`{-~]";
const sign = "(?:(?<![\\w\\\\])\\\\*|(?<=\\w)\\\\+)(?:@|&#0{0,5}64;|&#x0{0,4}40;|&commat;)";
const call = new RegExp(
  sign +
    `(?:\\{[^\\s{}]*\\}|[.\\-/@]*(?:\\w|${reference}|${escaped})(?:[\\w.\\-/@]|${reference}|${escaped})*)`,
  "gi",
);
/** A sign whose name may come behind a tag. */
const signAtEnd = new RegExp(`${sign}[.\\-/@]*$`, "i");

/**
 * Text of markdown, as it is written, in which nobody is called: names are code.
 *
 * @param source what it stands in, from `start` to `end`
 * @param ticks whether backticks may be added: outside of code there are none near it, which they could pair with
 */
export function quietMarkdown(source: string, { start, end }: { start: number; end: number }, ticks: boolean): string {
  const text = source.slice(start, end).replaceAll(call, (found: string, offset: number) => {
    const [from, to] = [start + offset, start + offset + found.length];
    const plain = /^\\?(@[\w.\-/@{}:]*?)([.\-/@]*)$/.exec(found);
    const between = isOpen(source.slice(Math.max(0, from - 40), from), /(.?)[*_~]*$/su) && isOpen(source.slice(to, to + 40), /^[*_~]*(.?)/su);
    return ticks && between && plain !== null ? `\`${plain[1] ?? ""}\`${plain[2] ?? ""}` : marked(found);
  });
  return source[end] === "<" ? quietEnd(text) : text;
}

/** Whether what stands next to a name, emphasis aside, goes together with a backtick. */
function isOpen(beside: string, next: RegExp): boolean {
  return !/[`\\<>&$\p{L}\p{N}]/u.test(next.exec(beside)?.[1] ?? "");
}

/** Whether somebody is called by a text, of markdown or of raw HTML, as it is written. */
export function calls(text: string): boolean {
  return text.search(call) >= 0;
}

/** Text of raw HTML in which nobody is called. */
export function quietHtml(text: string): string {
  return quietEnd(text.replaceAll(call, (found: string) => marked(found)));
}

function quietEnd(text: string): string {
  return text.replace(signAtEnd, (found) => `<code>${found}</code>`);
}

function marked(found: string): string {
  const end = /(?:(?<!\\)[.\-/@])+$/.exec(found)?.index ?? found.length;
  return `<code>${found.slice(0, end)}</code>${found.slice(end)}`;
}

/**
 * What a chat takes for a call: Discord `@everyone` and `@here` wherever they stand, Slack (with `link_names`) and
 * others any name. Both have `<…>` for the rest, which a chat's text is kept free of.
 */
const chatCall = /\\*(?:(?<!\w)@[.\-/@{}]*[\p{L}\p{N}_][\p{L}\p{N}_.\-/@{}:]*|@(?:everyone|here)[\w.\-/@]*)/giu;

/** Plain text for a chat, which has no backticks but those around names. */
export function quietChat(text: string): string {
  return withoutTicks(text).replace(chatCall, (found) => {
    const code = found.replace(/[.\-/@:]+$/, "");
    return `\`${code}\`${found.slice(code.length)}`;
  });
}

/** An address for a chat; servers take `%40` for an `@`. */
export function quietAddress(url: string): string {
  return withoutTicks(url).replace(/(?<!\w)@|@(?=everyone|here)/gi, "%40");
}

/** Chats have no escape for a backtick within code: it becomes a letter that looks like one. */
export function withoutTicks(text: string): string {
  return text.replaceAll("`", "\u02CB");
}
