import { Failure } from "../failure.ts";
import type { ReportText } from "../formats/format.ts";
import { decodeReport, largestReport, refuseLarge } from "../formats/report.ts";
import { fillEnvironment, openClient } from "./request.ts";

/** Whether a configured report is asked of a server. */
export function isUrl(report: string): boolean {
  return /^https?:\/\//i.test(report);
}

/**
 * Asks a server for a report: one request, not redirected.
 *
 * @param url as configured: in messages it stands so, with its `${NAME}` unfilled
 * @param options.unread its size is enough
 * @throws Failure `check-failed` where the answer is no whole 2xx, `report-invalid` where it is too large
 */
export async function requestReport(
  url: string,
  { timeout, unread, signal }: { timeout: number; unread: boolean; signal: AbortSignal | undefined },
): Promise<ReportText> {
  const shown = withoutUser(url);
  const client = openClient({
    url: fillEnvironment(url), method: "GET", headers: { "accept-encoding": "identity" }, body: null, socket: null, ca: null, timeoutMs: timeout,
  });
  try {
    const answer = await client.request({ keep: unread ? 0 : largestReport, signal });
    if ("reason" in answer) throw failed(`There is no report at ${shown}: ${answer.reason}.`, "a server that answers there");
    const { status, headers, body, bytes } = answer;
    if (status < 200 || status > 299) {
      const redirect = status >= 300 && status < 400;
      throw failed(`There is no report at ${shown}: it answered ${status}.`, redirect ? "the URL itself; redirects are not followed" : "an answer of 2xx");
    }
    const encoding = headers["content-encoding"] ?? "identity";
    if (encoding !== "identity") throw failed(`The report at ${shown} came compressed, which nobody asked for.`, "an answer without content-encoding");
    if (unread) return { path: shown, text: "", bytes };
    refuseLarge(shown, bytes);
    return { path: shown, text: decodeReport(shown, body) };
  } finally {
    client.close();
  }
}

/** A password may stand before the host. */
function withoutUser(url: string): string {
  return url.replace(/^(https?:\/\/)[^/?#]*@/i, "$1");
}

function failed(message: string, expected: string): Failure {
  return new Failure("check-failed", message, { expected, retry: true });
}
