import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { script } from "../e2e/hook-place-rig.ts";
import { type Desk, enterThrough, makeDesk, said, words } from "../e2e/hook-rig.ts";
import { makeFolder, removeAll } from "../e2e/life.ts";
import { guardServers, type Servers } from "./guarded.ts";

/* Pushes to real remotes: a folder, ssh to a daemon here, HTTP through git's own backend. */

let servers: Servers;
let root: string;
let sshPort: number;
const keys = makeFolder();
const ssh = (): string => `ssh -F none -i ${keys}/user -p ${sshPort} -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;

beforeAll(async () => {
  root = makeFolder();
  servers = guardServers(makeFolder(), { PATH: process.env["PATH"] ?? "" });
  servers.start("http", process.execPath, [join(import.meta.dirname, "git-http.mjs"), root]);
  await until(() => existsSync(join(root, "port")));
  for (const key of ["host", "user"]) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(keys, key)]);
  sshPort = await freePort();
  writeFileSync(join(keys, "sshd_config"), [
    `Port ${sshPort}`, "ListenAddress 127.0.0.1", `HostKey ${keys}/host`, `AuthorizedKeysFile ${keys}/user.pub`, "StrictModes no", "PidFile none",
    "UsePAM no", "PasswordAuthentication no", "PermitRootLogin prohibit-password", "",
  ].join("\n"));
  // Where privileges are given up; Debian's own service would make it.
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
  servers.start("ssh", "/usr/sbin/sshd", ["-D", "-e", "-f", join(keys, "sshd_config")]);
  await until(async () => answers(sshPort));
});
afterAll(async () => {
  await servers.stop();
  removeAll();
});

const kinds: Record<string, (path: string, name: string) => { url: string; env: Record<string, string> }> = {
  "a folder": (path) => ({ url: `file://${path}`, env: {} }),
  "ssh": (path) => ({ url: `ssh://${userInfo().username}@127.0.0.1:${sshPort}${path}`, env: { GIT_SSH_COMMAND: ssh() } }),
  "http": (_path, name) => ({ url: `http://127.0.0.1:${readFileSync(join(root, "port"), "utf8")}/${name}/remote.git`, env: { no_proxy: "127.0.0.1", NO_PROXY: "127.0.0.1" } }),
};

let count = 0;

/** A desk whose remote is reached by one of the ways, with a commit that is not pushed yet. */
function ready(way: (typeof kinds)[string]): Desk & { env: Record<string, string> } {
  const name = `place-${++count}`;
  mkdirSync(join(root, name));
  const desk = makeDesk({ at: join(root, name) });
  const { url, env } = way(desk.remote, name);
  desk.git("--git-dir", desk.remote, "config", "http.receivepack", "true");
  desk.git("remote", "set-url", "origin", url);
  desk.commit("Cache article lookups", { "a.txt": "2\n" });
  return { ...desk, env };
}

describe.each(Object.entries(kinds))("a push by %s", (_name, way) => {
  it("asks once the remote has it, and is recorded with Enter", async () => {
    const desk = ready(way);
    const [from, to] = [desk.git("rev-parse", "HEAD~1"), desk.git("rev-parse", "HEAD")];
    const seat = desk.sit("git push; echo ended $?", { env: desk.env });
    await seat.shows("1 commit reached production");
    expect(desk.git("--git-dir", desk.remote, "rev-parse", "main")).toBe(to);
    expect(await enterThrough(seat)).toBe(0);
    expect(words(seat.shown())).toContain("ended 0");
    expect(desk.records()).toMatchObject([{ range: { from, to, source: "push" }, shippedAtSource: "push" }]);
  });

  it("says its line without a terminal, and nothing when fetched, up to date, or refused", () => {
    const desk = ready(way);
    const { env } = desk;
    const first = desk.pushing(["push"], { env });
    expect([first.status, ...said(first)]).toEqual([0, expect.stringContaining("1 commit reached production and is not recorded yet.")]);
    for (const args of [["push"], ["fetch"], ["push", "--dry-run"], ["ls-remote"]]) {
      const answer = desk.pushing(args, { env });
      expect([answer.status, ...said(answer)]).toEqual([0]);
    }
    script(join(desk.remote, "hooks", "pre-receive"), "#!/bin/sh\necho not today >&2\nexit 1\n");
    desk.commit("Warm the cache", { "a.txt": "3\n" });
    const refused = desk.pushing(["push"], { env });
    expect([refused.status, ...said(refused)]).toEqual([1]);
    expect(refused.stderr).toContain("not today");
  });

  it("to a remote that goes away ends as git ends it", async () => {
    const desk = ready(way);
    desk.git("remote", "set-url", "origin", desk.git("remote", "get-url", "origin").replace("remote.git", "gone.git"));
    const answer = desk.pushing(["push"], { env: desk.env });
    expect([answer.status, ...said(answer)]).toEqual([128]);
  });

  it("interrupted at a question has arrived all the same", async () => {
    const desk = ready(way);
    const seat = desk.sit("git push; echo ended $?", { env: desk.env });
    await seat.shows("Record it now?");
    seat.type("\u0003");
    await seat.shows("ended 0");
    expect(desk.git("--git-dir", desk.remote, "rev-parse", "main")).toBe(desk.git("rev-parse", "HEAD"));
    expect(desk.postponed()).toHaveLength(1);
  });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let times = 0; times < 100; times += 1) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`not within 10 s: ${servers.lastWords()}`);
}

async function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

async function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => done(true));
    socket.on("error", () => done(false)).on("close", () => done(false)).on("data", () => socket.destroy());
  });
}
