import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { forgePatterns, unseen } from "./strings.ts";

/** Markdown as a forge's renderer sees it, with raw HTML let through. */
export function rendered(markdown: string): string {
  return micromark(markdown, { allowDangerousHtml: true, allowDangerousProtocol: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

/** Every tag of rendered HTML, in order, attributes included. */
export function tags(html: string): string[] {
  return html.match(/<[^>]*>/g) ?? [];
}

/** What is still alive in rendered HTML: forge patterns in text outside code, and characters that act unseen. */
export function alive(html: string): string[] {
  const outside = decoded(html.replace(/<pre>.*?<\/pre>|<code>.*?<\/code>/gs, "\n").replace(/<[^>]*>/g, "\n"));
  const found = forgePatterns.flatMap((pattern) => pattern.exec(outside)?.[0] ?? []);
  const hidden = unseen(html);
  return hidden === null ? found : [...found, hidden];
}

/** Text with the entities that micromark and our HTML helper write. */
export function decoded(html: string): string {
  return html.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", "\"").replaceAll("&amp;", "&");
}
