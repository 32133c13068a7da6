import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { CheckConfig } from "../config.ts";
import { Failure } from "../failure.ts";
import { isMatch } from "../formats/pattern.ts";
import { type Yielded, yielded } from "../record/yielded.ts";
import { type CacheStratum, cacheStratum, isCacheHit } from "./cache-status.ts";
import type { RunningCheck, Surroundings } from "./check.ts";
import { bodyText } from "./request-body.ts";
import { fillEnvironment, type HttpAnswer, type HttpClient, type HttpTarget, inNameOf, openClient } from "./request.ts";

/** An HTTP check, every default filled in. Times in milliseconds. */
export type HttpCheck = Extract<CheckConfig, { kind: "http" }>;

/** A body is searched this far, packed as well as unpacked, in bytes. */
const searched = 8 * 1024 * 1024;
/** More reasons than this are not told apart. */
const mostReasons = 10;

interface Sample {
  round: number;
  durationMs: number;
  bytes: number;
  /** null where no header tells. */
  stratum: CacheStratum | null;
}

/**
 * Measures a URL: how long its answers take (by what the cache did, where a header tells), how many of the requests
 * failed, how many of the answers came out of the cache, and the size of their bodies.
 *
 * Only a good answer has a time: every other request is counted as an error, with its reason. Where all fail, the
 * error rate is all there is, and that is data. Requests to warm up are counted nowhere.
 *
 * Round `n` takes its share of the configured samples; a round beyond the configured ones as many as they have on average.
 */
export function startHttp(name: string, check: HttpCheck, surroundings: Surroundings): RunningCheck {
  const good: Sample[] = [];
  const reasons = new Map<string, number>();
  let requests = 0;
  let client: HttpClient | null = null;
  const keep = check.expect.body === null ? 0 : searched;
  const ask = async (): Promise<HttpAnswer | { reason: string }> =>
    (client ??= openClient(targetOf(check, surroundings))).request({ keep, signal: surroundings.signal });
  return {
    name,
    rounds: check.rounds,
    async round(number) {
      if (client === null) await inNameOf(name, () => warmUp(check.warmup, ask));
      for (let left = samplesIn(number, check); left > 0; left -= 1) {
        if (requests > 0 && check.pause > 0) await pause(check.pause, surroundings.signal);
        const answer = await inNameOf(name, ask);
        const reason = "reason" in answer ? answer.reason : await faultOf(name, answer, check);
        requests += 1;
        if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        else if (!("reason" in answer)) good.push(sampleOf(answer, number, check));
      }
    },
    close: () => client?.close(),
    finish: () => ({ metrics: requests === 0 ? [] : metricsOf(good, requests, reasons, check.cache !== null), problem: null }),
  };
}

/** How many requests round `number` (from 1) sends. */
function samplesIn(number: number, { samples, rounds }: HttpCheck): number {
  if (number > rounds) return Math.max(1, Math.round(samples / rounds));
  return Math.floor((number * samples) / rounds) - Math.floor(((number - 1) * samples) / rounds);
}

function targetOf(check: HttpCheck, { directory, origin }: Surroundings): HttpTarget {
  return {
    url: origin === undefined ? fillEnvironment(check.http) : movedTo(origin, fillEnvironment(check.http)),
    method: check.method,
    headers: Object.fromEntries(Object.entries(check.headers).map(([header, value]) => [header, fillEnvironment(value)])),
    body: check.body === null ? null : fillEnvironment(check.body),
    socket: check.socket === null || origin !== undefined ? null : resolve(directory, check.socket),
    ca: check.ca === null ? null : resolve(directory, check.ca),
    timeoutMs: check.timeout,
  };
}

/** The same page of another server. */
function movedTo(origin: string, address: string): string {
  const [, user = "", rest = "/"] = /^https?:\/\/(?:([^/?#]*)@)?[^/?#]*(.*)$/i.exec(address) ?? [];
  const [, scheme = "http://", host = ""] = /^(https?:\/\/)([^/?#]*)/i.exec(origin) ?? [];
  return `${scheme}${user === "" ? "" : `${user}@`}${host}${rest}`;
}

/** What does not answer is not warmed by asking again. */
async function warmUp(times: number, ask: () => Promise<object>): Promise<void> {
  for (let left = times; left > 0; left -= 1) {
    if ("reason" in await ask()) return;
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new Failure("interrupted", "Interrupted between two requests.", { expected: "time for all samples", retry: true, cause });
  }
}

/** Why an answer is no good one; null where it is. */
async function faultOf(name: string, answer: HttpAnswer, { expect, cache }: HttpCheck): Promise<string | null> {
  const { status } = answer;
  const isRedirect = [301, 302, 303, 307, 308].includes(status);
  if (expect.status !== null && status !== expect.status) return `status ${status}, not ${expect.status}`;
  if (expect.status === null && isRedirect) return `status ${status}, a redirect to another address: name the final address, or expect its status`;
  if (expect.status === null && (status < 200 || status > 299)) return `status ${status}`;
  if (expect.cache !== null && cache !== null) {
    const wanted = expect.cache.toLowerCase();
    const stratum = cacheStratum(answer.headers, cache);
    const said = answer.headers[cache.toLowerCase()]?.trim().toLowerCase();
    if (stratum !== wanted && said !== wanted) return `cache ${stratum}, not ${wanted}`;
  }
  if (expect.body === null) return null;
  const text = await bodyText(answer, searched);
  if (typeof text !== "string") return text.reason;
  if (isMatch(expect.body, text, { what: `the body of ${name}`, code: "check-failed" })) return null;
  return answer.bytes > searched ? `the first ${searched / 1024 / 1024} MiB of the body do not match` : "the body does not match";
}

function sampleOf({ durationMs, bytes, headers }: HttpAnswer, round: number, { cache }: HttpCheck): Sample {
  return { round, durationMs: Math.round(durationMs * 1000) / 1000, bytes, stratum: cache === null ? null : cacheStratum(headers, cache) };
}

function metricsOf(good: readonly Sample[], requests: number, reasons: ReadonlyMap<string, number>, isCached: boolean): Yielded[] {
  const strata = [...new Set(good.map(({ stratum }) => stratum))].sort();
  const times = strata.map((stratum) => {
    const own = good.filter((sample) => sample.stratum === stratum);
    return yielded("response-time", "ms", {
      stratum, better: "lower", samples: own.map(({ durationMs }) => durationMs), rounds: own.map(({ round }) => round),
    });
  });
  const errors = [...reasons].map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)).slice(0, mostReasons);
  const failed = yielded("error-rate", "ratio", {
    better: "lower", rate: { events: requests - good.length, count: requests }, details: errors.length === 0 ? {} : { errors },
  });
  if (good.length === 0) return [failed];
  const hits = good.filter(({ stratum }) => stratum !== null && isCacheHit(stratum)).length;
  const cached = isCached ? [yielded("cache-hit-rate", "ratio", { better: "higher", rate: { events: hits, count: good.length } })] : [];
  return [...times, failed, ...cached, bodySize(good)];
}

function bodySize(good: readonly Sample[]): Yielded {
  return yielded("body-size", "bytes", { samples: good.map(({ bytes }) => bytes), rounds: good.map(({ round }) => round) });
}
