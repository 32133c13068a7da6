import { resolve } from "node:path";
import type { CheckConfig } from "../config.ts";
import { Failure } from "../failure.ts";
import { parseJson } from "../formats/json-text.ts";
import type { Yielded } from "../record/yielded.ts";
import type { RunningCheck, Surroundings } from "./check.ts";
import { metricsIn, type QueryWindow } from "./prometheus-series.ts";
import { fillEnvironment, type HttpAnswer, type HttpFailure, inNameOf, openClient } from "./request.ts";

/** A Prometheus check, every default filled in. Times in milliseconds. */
export type PrometheusCheck = Extract<CheckConfig, { kind: "prometheus" }>;

/** Larger answers are refused, in bytes. */
const largestAnswer = 64 * 1024 * 1024;
/** A longer address is sent as a form: proxies cut addresses off at 8 KiB and less. */
const longestAddress = 2000;
/** As much of Prometheus' own words is passed on, in UTF-16 units. */
const mostWords = 300;

/**
 * Asks a server with Prometheus' HTTP API (v1) once: over the window that ends now, or with a window of 0 for the
 * present value.
 *
 * What cannot be asked or has no usable point is a Failure `check-failed`: a query without an answer measures nothing.
 */
export function startPrometheus(name: string, check: PrometheusCheck, surroundings: Surroundings): RunningCheck {
  let metrics: Yielded[] = [];
  return {
    name,
    rounds: 1,
    async round() {
      const window: QueryWindow = { query: check.query, end: Date.now() / 1000, seconds: check.window / 1000, step: check.step / 1000 };
      const data = dataOf(name, await inNameOf(name, () => ask(check, window, surroundings)));
      metrics = metricsIn(name, data, window, { unit: check.unit ?? "", better: check.better });
    },
    finish: () => ({ metrics, problem: null }),
  };
}

async function ask(check: PrometheusCheck, { end, seconds, step }: QueryWindow, { directory, signal }: Surroundings): Promise<HttpAnswer | HttpFailure> {
  const times = seconds === 0 ? { time: String(end) } : { start: String(end - seconds), end: String(end), step: String(step) };
  const parameters = new URLSearchParams({ query: check.query, ...times }).toString();
  const [, base = "", own = ""] = /^([^?#]*)(?:\?([^#]*))?/.exec(fillEnvironment(check.prometheus)) ?? [];
  const address = `${base.replace(/\/+$/, "")}/api/v1/${seconds === 0 ? "query" : "query_range"}`;
  const isLong = address.length + own.length + parameters.length > longestAddress;
  const search = [own, isLong ? "" : parameters].filter((part) => part !== "").join("&");
  const headers = Object.fromEntries(Object.entries(check.headers).map(([header, value]) => [header, fillEnvironment(value)]));
  const client = openClient({
    url: search === "" ? address : `${address}?${search}`,
    method: isLong ? "POST" : "GET",
    headers: isLong ? { "content-type": "application/x-www-form-urlencoded", ...headers } : headers,
    body: isLong ? parameters : null,
    socket: null,
    ca: check.ca === null ? null : resolve(directory, check.ca),
    timeoutMs: check.timeout,
  });
  try {
    return await client.request({ keep: largestAnswer, signal });
  } finally {
    client.close();
  }
}

/** The `data` of an answer. @throws Failure `check-failed` where there is none */
function dataOf(name: string, answer: HttpAnswer | HttpFailure): unknown {
  if ("reason" in answer) throw failed(`Prometheus could not be asked for ${name}: ${answer.reason}`, "a Prometheus server at the address under `prometheus:`");
  const { status, body, bytes } = answer;
  if (status >= 300 && status < 400) {
    throw failed(`Prometheus could not be asked for ${name}: status ${status}, a redirect to another address`, "the final address under `prometheus:`");
  }
  if (bytes > largestAnswer) {
    throw failed(`The answer for ${name} is too large: more than ${largestAnswer / 1024 / 1024} MiB`, "a query with fewer series, a shorter window or a longer step");
  }
  const parsed = parse(body.toString("utf8"), name);
  if (parsed?.["status"] === "success" && status < 300) return parsed["data"];
  if (parsed?.["status"] === "error") {
    const [kind, said] = [parsed["errorType"], parsed["error"]].map((word) => (typeof word === "string" ? word.slice(0, mostWords) : ""));
    throw failed(`Prometheus refused the query of ${name}: ${kind}: ${said}`, "a query that Prometheus takes");
  }
  const what = status >= 400 ? `status ${status}` : parsed === null ? "the answer is not JSON" : "the answer is JSON of another kind";
  throw failed(`What answered for ${name} is not Prometheus' API: ${what}`, "the address of a Prometheus server under `prometheus:`, without /api/v1");
}

function parse(text: string, name: string): Record<string, unknown> | null {
  try {
    const value = parseJson(text, name);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function failed(message: string, expected: string): Failure {
  return new Failure("check-failed", `${message}.`, { expected, retry: true });
}
