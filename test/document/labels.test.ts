import { describe, expect, it } from "vitest";
import { relabel } from "../../src/document/labels.ts";

describe("relabel", () => {
  it.each<[what: string, source: string, beside: string, relabelled: string]>([
    ["a footnote", "A[^1].\n\n[^1]: Mine.", "B[^1].\n\n[^1]: Yours.", "A[^1-2].\n\n[^1-2]: Mine."],
    ["a definition", "[a][doc], [b] [doc][]\n\n[doc]: m", "[doc]\n\n[doc]: y", "[a][doc-2], [b] [doc][doc-2]\n\n[doc-2]: m"],
    ["its own words", "[Doc] and ![doc], [**b** [c]][doc]\n\n[doc]: m 'T'", "\n[doc]: y", "[Doc][doc-2] and ![doc][doc-2], [**b** [c]][doc-2]\n\n[doc-2]: m 'T'"],
    ["a picture in a link", "[![p][doc]][doc]\n\n[doc]: m", "[doc]: y", "[![p][doc-2]][doc-2]\n\n[doc-2]: m"],
    ["the next that is free", "[a]\n\n[a]: m\n[a-2]: n", "[a]: y", "[a][a-3]\n\n[a-3]: m\n[a-2]: n"],
    ["words in brackets", "[x][1]\n\n[1]: m", "As [1] says.", "[x][1-2]\n\n[1-2]: m"],
    ["CRLF behind a byte order mark", "\uFEFFA[^n]\r\n\r\n[^n]: Mine.\r\n", "[^n]: Yours.", "\uFEFFA[^n-2]\r\n\r\n[^n-2]: Mine.\r\n"],
  ])("%s", async (_what, source, beside, relabelled) => {
    expect(await relabel(source, beside)).toBe(relabelled);
    // Once it stands there, it is the same again.
    expect(await relabel(source, `${beside}\n\n${relabelled}`)).toBe(relabelled);
  });

  it.each<[what: string, source: string, beside: string]>([
    ["the same definition", "[a]\n\n[a]: m", "[b][a]\n\n[A]: m"],
    ["another label", "[a]\n\n[a]: m", "[b]\n\n[b]: m"],
    ["code", "`[a]: m`", "[a]: y"],
    ["a footnote and a link of one name", "A[^1]\n\n[^1]: Mine.", "[1]\n\n[1]: y"],
  ])("leaves %s alone", async (_what, source, beside) => {
    expect(await relabel(source, beside)).toBe(source);
  });
});
