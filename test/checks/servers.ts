import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createRawServer, type Server as RawServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server of the test process, on a free port of the loopback. */
export interface TestServer {
  /** `http://127.0.0.1:41234` */
  origin: string;
  port: number;
  /** How many connections were made so far. */
  connections: () => number;
}

const open: (() => void)[] = [];

/** Ends all servers and removes all folders that were made here; for afterAll. */
export function closeServers(): void {
  for (const close of open.splice(0)) close();
}

export function makeScratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-servers-")));
  open.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @param at a Unix socket's path, or an address of this machine */
export async function serve(answer: RequestListener, at: { host?: string; path?: string } = {}): Promise<TestServer> {
  return listen(createServer(answer), "http", at);
}

export async function serveSecure(files: { key: string; certificate: string }, answer: RequestListener): Promise<TestServer> {
  return listen(createSecureServer({ key: files.key, cert: files.certificate }, answer), "https", {});
}

/** Answers with bytes of its own, whatever is asked. */
export async function serveRaw(answer: (socket: Socket, request: string, number: number) => void): Promise<TestServer> {
  let requests = 0;
  return listen(createRawServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      requests += 1;
      answer(socket, bytes.toString("latin1"), requests);
    });
  }), "http", {});
}

async function listen(server: Server | RawServer, scheme: string, { host = "127.0.0.1", path }: { host?: string; path?: string }): Promise<TestServer> {
  let connections = 0;
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    if (path === undefined) server.listen(0, host, resolve);
    else server.listen(path, resolve);
  });
  open.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const port = path === undefined ? (server.address() as AddressInfo).port : 0;
  return { origin: `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`, port, connections: () => connections };
}

/** A root of our own, and a certificate by it for `name`. */
export interface Certificates {
  /** Of the root, a file. */
  ca: string;
  key: string;
  certificate: string;
}

/** Made by openssl as anybody would make them; valid for two days. */
export function makeCertificates(folder: string, name: string): Certificates {
  const at = (file: string): string => join(folder, file);
  const openssl = (...args: string[]): string => execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...newKey, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-days", "2", "-subj", "/CN=Test root", "-addext", "keyUsage=critical,keyCertSign");
  openssl("req", ...newKey, "-keyout", at("server.key"), "-out", at("server.csr"), "-subj", `/CN=${name}`);
  writeFileSync(at("names"), `subjectAltName=DNS:${name}\n`);
  const certificate = openssl("x509", "-req", "-in", at("server.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", at("names"));
  return { ca: at("ca.pem"), key: readFileSync(at("server.key"), "utf8"), certificate };
}
