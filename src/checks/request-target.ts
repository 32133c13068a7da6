import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { Agent, validateHeaderName, validateHeaderValue } from "node:http";
import { Agent as SecureAgent, type RequestOptions } from "node:https";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { Failure } from "../failure.ts";

/** What is requested. `${NAME}`s are filled in already: url, headers and body may hold secrets. */
export interface HttpTarget {
  /** http or https; `user:password@` becomes an Authorization header, unless `headers` has one. */
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  /** A Unix socket to connect to in place of the URL's host and port, absolute. */
  socket: string | null;
  /** A file with certificates in PEM form to trust beside the usual ones, absolute. */
  ca: string | null;
  /** For the whole exchange, from looking the host up to the last byte. */
  timeoutMs: number;
}

/** What Node's requests take, complete. */
export type Options = RequestOptions & { agent: Agent };

/**
 * How to send a target's requests: one connection, kept alive.
 *
 * @throws Failure `check-failed` where there is no URL, no method, no header that can be sent, or no certificate
 */
export function connectionTo(target: HttpTarget): Options {
  const url = parseUrl(target.url);
  const secure = url.protocol === "https:";
  const headers = headersOf(target, url);
  const keepAlive = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(target.method) || /^connect$/i.test(target.method)) {
    throw mistake(`${target.method.slice(0, 40)} is no method that can be measured`, "an HTTP method such as GET");
  }
  const context = secure && target.ca !== null ? { secureContext: trusting(target.ca) } : {};
  return {
    agent: secure ? new SecureAgent({ ...keepAlive, ...context }) : new Agent(keepAlive),
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 443 : 80) : url.port,
    path: `${url.pathname}${url.search}`,
    method: target.method,
    headers,
    ...(target.socket === null ? {} : { socketPath: target.socket }),
  };
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(text);
    if (/^https?:$/.test(url.protocol)) return url;
  } catch {
    // Its own message would show the text, and with it a secret.
  }
  throw mistake("What is to be requested is no URL once the environment's values are in it", "an http or https URL, its special characters percent-encoded");
}

function headersOf({ headers, body }: HttpTarget, url: URL): Record<string, string> {
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw mistake(`The header ${JSON.stringify(name.slice(0, 80))} cannot be sent`, "a header's name, and a value of one line without control characters");
    }
    return [name.toLowerCase(), value];
  }));
  const usual: Record<string, string> = { accept: "*/*", "user-agent": "shipnote" };
  if (url.username !== "" || url.password !== "") usual["authorization"] = `Basic ${Buffer.from(`${plain(url.username)}:${plain(url.password)}`).toString("base64")}`;
  if (body !== null && given["transfer-encoding"] === undefined) usual["content-length"] = String(Buffer.byteLength(body));
  return { ...usual, ...given };
}

/** Percent-encoding taken away; where it is none, it is meant as it stands. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The roots that Node knows, those of NODE_EXTRA_CA_CERTS, and these. Made once a client, for it takes its time. */
function trusting(path: string): SecureContext {
  const extra = process.env["NODE_EXTRA_CA_CERTS"] ?? "";
  try {
    const own = readFileSync(path, "utf8");
    void new X509Certificate(own);
    return createSecureContext({ ca: [...rootCertificates, ...(extra === "" || !existsSync(extra) ? [] : [readFileSync(extra, "utf8")]), own] });
  } catch (cause) {
    throw new Failure("check-failed", `The certificates in ${path} cannot be read.`, {
      expected: "`ca:` to name a file with certificates in PEM form, relative to the repository's root", retry: true, cause,
    });
  }
}

/** A configuration that cannot be requested. */
export function mistake(message: string, expected: string): Failure {
  return new Failure("check-failed", `${message}.`, { expected, retry: true });
}
