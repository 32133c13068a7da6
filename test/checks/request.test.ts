import { mkdirSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { bodyText } from "../../src/checks/request-body.ts";
import { fillEnvironment, type HttpAnswer, type HttpClient, type HttpFailure, type HttpTarget, openClient } from "../../src/checks/request.ts";
import { closeServers, makeCertificates, makeScratch, serve, serveRaw, serveSecure } from "./servers.ts";

const clients: HttpClient[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const client of clients.splice(0)) client.close();
});
afterAll(closeServers);

function clientOf(url: string, known: Partial<HttpTarget> = {}): HttpClient {
  const client = openClient({ url, method: "GET", headers: {}, body: null, socket: null, ca: null, timeoutMs: 5000, ...known });
  clients.push(client);
  return client;
}
const whole = (outcome: HttpAnswer | HttpFailure): HttpAnswer => {
  if ("reason" in outcome) throw new Error(outcome.reason);
  return outcome;
};
const ask = async (url: string, known: Partial<HttpTarget> = {}): Promise<HttpAnswer> => whole(await clientOf(url, known).request({ keep: 1 << 20 }));
const reasonOf = async (url: string, known: Partial<HttpTarget> = {}): Promise<string> => {
  const outcome = await clientOf(url, known).request();
  return "reason" in outcome ? outcome.reason : `status ${outcome.status}`;
};

/** A server that tells what it was asked. */
async function echo(at = {}): Promise<{ origin: string; connections: () => number; seen: { head: IncomingMessage; body: string }[] }> {
  const seen: { head: IncomingMessage; body: string }[] = [];
  const server = await serve((head, response) => {
    let body = "";
    head.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    head.on("end", () => {
      seen.push({ head, body });
      response.setHeader("X-Answer", ["one", "two"]);
      response.end("hello");
    });
  }, at);
  return { ...server, seen };
}

describe("a request", () => {
  it("is answered with status, headers, body, size and time", async () => {
    const server = await echo();
    const answer = await ask(`${server.origin}/articles/42`);
    expect(answer).toMatchObject({ status: 200, bytes: 5, headers: { "x-answer": "one, two", "content-length": "5" } });
    expect(answer.body.toString()).toBe("hello");
    expect(answer.durationMs).toBeGreaterThan(0);
  });

  it("goes over one connection, again and again", async () => {
    const server = await echo();
    const client = clientOf(server.origin);
    for (let time = 0; time < 20; time += 1) whole(await client.request());
    expect([server.connections(), server.seen.length]).toEqual([1, 20]);
  });

  it("takes the time from the request's first byte to the answer's last", async () => {
    const server = await serve((_, response) => {
      response.write("first");
      setTimeout(() => response.end("last"), 150);
    });
    const began = performance.now();
    const { durationMs } = await ask(server.origin);
    expect(durationMs).toBeGreaterThanOrEqual(148);
    expect(durationMs).toBeLessThanOrEqual(performance.now() - began);
  });

  it("is written as it is configured: method, path, headers, body", async () => {
    const server = await echo();
    await ask(`${server.origin}/a%2Fb/%C3%A9?q=%20x&q=y#part`, { method: "POST", headers: { "X-Own": "v", "Content-Type": "text/plain" }, body: "né" });
    const [{ head, body } = { head: null, body: "" }] = server.seen;
    expect([head?.method, head?.url, body]).toEqual(["POST", "/a%2Fb/%C3%A9?q=%20x&q=y", "né"]);
    expect(head?.headers).toMatchObject({ "x-own": "v", "content-type": "text/plain", "content-length": "3", "user-agent": "shipnote", accept: "*/*", host: server.origin.slice(7) });
    expect(head?.headers["accept-encoding"]).toBeUndefined();
  });

  it.each([
    ["user and password of the URL", "ada:p%40ss%3Aword@", {}, `Basic ${Buffer.from("ada:p@ss:word").toString("base64")}`],
    ["a header, which beats the URL's", "ada:pass@", { Authorization: "Bearer t" }, "Bearer t"],
    ["nothing", "", {}, undefined],
  ])("is authorized by %s", async (_, user, headers, expected) => {
    const server = await echo();
    await ask(server.origin.replace("//", `//${user}`), { headers });
    expect(server.seen[0]?.head.headers.authorization).toBe(expected);
  });

  it("of HEAD has no body, and of 204 neither", async () => {
    const server = await serve((request, response) => {
      if (request.method !== "HEAD") response.statusCode = 204;
      response.setHeader("content-length", request.method === "HEAD" ? "100" : "0");
      response.end();
    });
    expect(await ask(server.origin, { method: "HEAD" })).toMatchObject({ status: 200, bytes: 0 });
    expect(await ask(server.origin)).toMatchObject({ status: 204, bytes: 0 });
  });

  it("with Expect waits for the server's word, which may be no", async () => {
    const server = await serveRaw((socket, request, number) => {
      if (number === 1 || number === 3) socket.write(request.includes("the body") ? "HTTP/1.1 500 Too Early\r\ncontent-length: 0\r\n\r\n" : number === 1 ? "HTTP/1.1 100 Continue\r\n\r\n" : "HTTP/1.1 417 No\r\ncontent-length: 0\r\n\r\n");
      else socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${request.length}\r\n\r\n${request}`);
    });
    const client = clientOf(server.origin, { method: "POST", headers: { Expect: "100-continue" }, body: "the body" });
    expect(whole(await client.request({ keep: 100 })).body.toString()).toBe("the body");
    expect(whole(await client.request()).status).toBe(417);
    expect(server.connections()).toBe(1);
    whole(await client.request());
    expect(server.connections()).toBe(2);
  });

  it("follows no redirect", async () => {
    const server = await serve((_, response) => response.writeHead(302, { location: "/elsewhere" }).end());
    expect(await ask(server.origin)).toMatchObject({ status: 302, headers: { location: "/elsewhere" } });
  });

  it("reaches IPv6 and Unix sockets, with the URL's host as Host", async () => {
    const six = await echo({ host: "::1" });
    await ask(`${six.origin}/six`);
    expect(six.seen[0]?.head.headers.host).toBe(six.origin.slice(7));
    const path = join(makeScratch(), "app.sock");
    const unix = await echo({ path });
    await ask("http://articles.example/by-socket", { socket: path });
    expect([unix.seen[0]?.head.url, unix.seen[0]?.head.headers.host]).toEqual(["/by-socket", "articles.example"]);
  });

  it("keeps no more of a body than it was told to, and counts all of it", async () => {
    const block = Buffer.alloc(1 << 20, "x");
    const server = await serve((_, response) => {
      let left = 256;
      const more = (): void => {
        while (left > 0) {
          left -= 1;
          if (!response.write(block)) return;
        }
        response.end();
      };
      response.on("drain", more);
      more();
    });
    const answer = whole(await clientOf(server.origin).request({ keep: 1000 }));
    expect([answer.bytes, answer.body.length]).toEqual([256 << 20, 1000]);
    const { arrayBuffers } = process.memoryUsage();
    expect(arrayBuffers).toBeLessThan(128 << 20);
  });
});

describe("TLS", () => {
  it("trusts a root that is named, beside the usual ones, and says what is wrong with others", async () => {
    const folder = makeScratch();
    const known = makeCertificates(folder, "localhost");
    const other = join(folder, "other");
    mkdirSync(other);
    const stranger = makeCertificates(other, "localhost");
    const server = await serveSecure(known, (_, response) => response.end("ok"));
    const named = `https://localhost:${server.port}/`;
    expect((await ask(named, { ca: known.ca })).status).toBe(200);
    expect(await reasonOf(named)).toBe("certificate not trusted: its issuer is not known");
    expect(await reasonOf(named, { ca: stranger.ca })).toMatch(/^certificate not trusted: /);
    expect(await reasonOf(`https://127.0.0.1:${server.port}/`, { ca: known.ca })).toBe("certificate not trusted: it is for another name");
    expect(await reasonOf(`http://localhost:${server.port}/`)).toBe("the connection was closed before an answer");
    vi.stubEnv("NODE_EXTRA_CA_CERTS", known.ca);
    expect((await ask(named, { ca: stranger.ca })).status).toBe(200);
    const plain = await echo();
    expect(await reasonOf(plain.origin.replace("http:", "https:"))).toMatch(/^(?:the server does not speak TLS|TLS could not be agreed on)/);
  });

  it("goes over one connection as well, whose making is not in the time", async () => {
    const known = makeCertificates(makeScratch(), "localhost");
    const server = await serveSecure(known, (_, response) => response.end("ok"));
    const client = clientOf(`https://localhost:${server.port}/`, { ca: known.ca });
    for (let time = 0; time < 5; time += 1) whole(await client.request());
    expect(server.connections()).toBe(1);
  });
});

describe("no whole answer", () => {
  const head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n";
  it.each<[string, (socket: Socket) => void, string]>([
    ["nothing at all", () => undefined, "no whole answer within 0.3 s"],
    ["a beginning", (socket) => void socket.write(`${head}half`), "no whole answer within 0.3 s"],
    ["a drop now and then, for ever", (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      const timer = setInterval(() => socket.write("1\r\nx\r\n"), 20);
      socket.on("close", () => clearInterval(timer));
    }, "no whole answer within 0.3 s"],
    ["headers, for ever", (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const timer = setInterval(() => socket.write("x-more: 1\r\n"), 20);
      socket.on("close", () => clearInterval(timer));
    }, "no whole answer within 0.3 s"],
    ["the end before anything", (socket) => void socket.end(), "the connection was closed before an answer"],
    ["a reset before anything", (socket) => void socket.resetAndDestroy(), "the connection was closed before an answer"],
    ["the end mid-way", (socket) => void socket.end(`${head}half`), "the connection was closed mid-way"],
    ["a reset mid-way", (socket) => void socket.write(`${head}half`, () => setTimeout(() => socket.resetAndDestroy(), 20)), "the connection was closed mid-way"],
    ["the end within a chunk", (socket) => void socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nhalf"), "the connection was closed mid-way"],
    ["garbage", (socket) => void socket.end("\u0000\u0001 what?\r\n\r\n"), "the answer is not HTTP"],
    ["garbage for a chunk", (socket) => void socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"), "the answer is not HTTP"],
    ["headers without measure", (socket) => void socket.end(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}\r\n\r\n`), "the answer's headers are too long"],
    ["another protocol", (socket) => void socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"), "status 101, a change to another protocol"],
  ])("but %s", async (_, answer, reason) => {
    const server = await serveRaw(answer);
    expect(await reasonOf(server.origin, { timeoutMs: 300 })).toBe(reason);
  });

  it("and nobody there", async () => {
    expect(await reasonOf("http://127.0.0.1:1/")).toBe("connection refused");
    expect(await reasonOf("http://127.0.0.1/", { socket: join(makeScratch(), "no.sock") })).toBe("no such socket");
    expect(await reasonOf("http://nobody.invalid/")).toMatch(/^(?:no such host|the host's name could not be looked up)$/);
  });

  it("the next request has a connection of its own, and an answer", async () => {
    const server = await serveRaw((socket, _, number) => {
      if (number === 2) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
      else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    });
    const client = clientOf(server.origin, { timeoutMs: 200 });
    const outcomes = [await client.request(), await client.request(), await client.request()];
    expect(outcomes.map((outcome) => ("reason" in outcome ? outcome.reason : outcome.bytes))).toEqual([2, "no whole answer within 0.2 s", 2]);
    expect(server.connections()).toBe(2);
  });
});

describe("a kept connection that breaks before an answer", () => {
  /** Answers each first request of a connection, and ends the connection at its second. */
  const faithless = async (): Promise<Awaited<ReturnType<typeof serveRaw>>> => {
    const asked = new WeakSet<Socket>();
    return serveRaw((socket) => {
      if (asked.has(socket)) {
        socket.destroy();
        return;
      }
      asked.add(socket);
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    });
  };

  it("after a rest is the server's giving it up: the request is sent once more", async () => {
    const server = await faithless();
    const client = clientOf(server.origin, { method: "POST", body: "x" });
    whole(await client.request());
    await wait(1100);
    expect(whole(await client.request()).status).toBe(200);
    expect(server.connections()).toBe(2);
  });

  it("without a rest is an error", async () => {
    const server = await faithless();
    const client = clientOf(server.origin);
    whole(await client.request());
    expect(await client.request()).toEqual({ reason: "the connection was closed before an answer" });
    expect(server.connections()).toBe(1);
  });
});

describe("an interrupt", () => {
  it("ends a request that is on its way, and is no sample", async () => {
    const stop = new AbortController();
    const server = await serveRaw(() => stop.abort());
    await expect(clientOf(server.origin).request({ signal: stop.signal })).rejects.toMatchObject({ code: "interrupted" });
    await expect(clientOf(server.origin).request({ signal: stop.signal })).rejects.toMatchObject({ code: "interrupted" });
    expect(server.connections()).toBe(1);
  });
});

describe("what cannot be requested", () => {
  it.each<[string, Partial<HttpTarget>, RegExp]>([
    ["a URL that is none", { url: "http://a b:secret@x:y/" }, /^What is to be requested is no URL/],
    ["another scheme", { url: "file:///etc/secret" }, /no URL/],
    ["a header of two lines", { headers: { "X-Token": "secret\nX-Other: 1" } }, /^The header "X-Token" cannot be sent\.$/],
    ["a header's name with a colon", { headers: { "X:": "secret" } }, /cannot be sent/],
    ["a method of two words", { method: "GET /secret" }, /no method/],
    ["CONNECT", { method: "CONNECT" }, /no method/],
    ["a ca that is not there", { url: "https://a.example/", ca: "/nowhere/ca.pem" }, /^The certificates in \/nowhere\/ca\.pem cannot be read\.$/],
  ])("%s", (_, known, message) => {
    const open = (): unknown => openClient({ url: "http://a.example/", method: "GET", headers: {}, body: null, socket: null, ca: null, timeoutMs: 1, ...known });
    expect(open).toThrow(expect.objectContaining({ code: "check-failed", exitStatus: 4, message: expect.stringMatching(message) }));
    expect(open).not.toThrow(/secret$/);
  });

  it("a ca without a certificate", () => {
    const ca = join(makeScratch(), "ca.pem");
    for (const content of ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]) {
      writeFileSync(ca, content);
      expect(() => clientOf("https://a.example/", { ca })).toThrow(/cannot be read/);
    }
  });
});

describe("fillEnvironment", () => {
  it("fills what is set, once, and names what is not", () => {
    vi.stubEnv("A_TOKEN", "t$&${B}");
    vi.stubEnv("EMPTY", "");
    expect(fillEnvironment("Bearer ${A_TOKEN}${EMPTY} $A_TOKEN ${1} {A_TOKEN}")).toBe("Bearer t$&${B} $A_TOKEN ${1} {A_TOKEN}");
    expect(() => fillEnvironment("${A_TOKEN} ${NOT_SET_HERE}")).toThrow("The environment variable NOT_SET_HERE is not set.");
  });
});

describe("bodyText", () => {
  const text = "Article 42, né à Genève ".repeat(50);
  const answer = (body: Uint8Array, headers: Record<string, string>): HttpAnswer => ({ durationMs: 1, status: 200, headers, body: Buffer.from(body), bytes: body.length });
  it.each<[string, Uint8Array, Record<string, string>, string]>([
    ["plain", Buffer.from(text), {}, text],
    ["identity", Buffer.from(text), { "content-encoding": "identity" }, text],
    ["gzip", gzipSync(text), { "content-encoding": "GZIP" }, text],
    ["br", brotliCompressSync(text), { "content-encoding": "br" }, text],
    ["deflate", deflateSync(text), { "content-encoding": "deflate" }, text],
    ["deflate without its wrapping", deflateRawSync(text), { "content-encoding": "deflate" }, text],
    ["one over the other", gzipSync(brotliCompressSync(text)), { "content-encoding": "br, gzip" }, text],
    ["latin1", Buffer.from("né", "latin1"), { "content-type": "text/html; charset=ISO-8859-1" }, "né"],
    ["a charset that nobody knows", Buffer.from("né"), { "content-type": "text/html; charset=klingon" }, "né"],
    ["nothing, said to be packed", Buffer.alloc(0), { "content-encoding": "gzip" }, ""],
  ])("reads %s", async (_, body, headers, expected) => {
    expect(await bodyText(answer(body, headers), 1 << 20)).toBe(expected);
  });

  it("reads what came of a body that was cut off", async () => {
    for (const [coding, packed] of [["gzip", gzipSync(text)], ["br", brotliCompressSync(text.repeat(500))]] as const) {
      const found = await bodyText(answer(packed.subarray(0, packed.length - 9), { "content-encoding": coding }), 1 << 20);
      expect(found).toMatch(/^(?:Article 42, né à Genève |$)/);
    }
  });

  it("unpacks a bomb no further than it is told to", async () => {
    // 600 MiB, of members that follow one another.
    const member = gzipSync(Buffer.alloc(1 << 20));
    const bomb = Buffer.concat(Array.from({ length: 600 }, () => member));
    const before = process.resourceUsage().maxRSS;
    for (const [packed, coding] of [[bomb, "gzip"], [gzipSync(bomb), "gzip, gzip"]] as const) {
      expect(await bodyText(answer(packed, { "content-encoding": coding }), 1 << 20)).toBe("\0".repeat(1 << 20));
    }
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(300 * 1024);
  });

  it.each([
    ["an unknown coding", { "content-encoding": "zstd" }, "the body is encoded in a way that cannot be read"],
    ["too many", { "content-encoding": "gzip, gzip, gzip, gzip" }, "the body is encoded in a way that cannot be read"],
    ["what is not packed", { "content-encoding": "gzip" }, "the body is not encoded as its header says"],
  ])("says what it cannot read: %s", async (_, headers, reason) => {
    expect(await bodyText(answer(Buffer.from("hello there"), headers), 1000)).toEqual({ reason });
  });
});
