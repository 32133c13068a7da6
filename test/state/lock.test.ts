import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeAll, beforeEach, afterAll, describe, expect, it } from "vitest";
import { withLock } from "../../src/state/lock.ts";

let state: string;
let tools: string;

beforeAll(async () => {
  tools = mkdtempSync(join(tmpdir(), "shipnote-lock-tools-"));
  writeFileSync(
    join(tools, "holder.mjs"),
    `import { appendFileSync, writeFileSync, readFileSync } from "node:fs";
     import { withLock } from "${new URL("../../src/state/lock.ts", import.meta.url).pathname}";
     const [state, mode, file] = process.argv.slice(2);
     if (mode === "hold") await withLock(state, async () => { console.log("held"); await new Promise((resolve) => setTimeout(resolve, 60_000)); });
     else for (let turn = 0; turn < 20; turn += 1) await withLock(state, async () => {
       // Reads, waits, writes: any second holder in between loses a count.
       const seen = Number(readFileSync(file, "utf8"));
       await new Promise((resolve) => setTimeout(resolve, 1));
       writeFileSync(file, String(seen + 1));
     }, { waitMs: 60_000 });`,
  );
  await build({ entryPoints: [join(tools, "holder.mjs")], outfile: join(tools, "out.mjs"), bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "error" });
});
afterAll(() => rmSync(tools, { recursive: true, force: true }));
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "shipnote-lock-"));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const process2 = (...args: string[]): ChildProcess => spawn(process.execPath, [join(tools, "out.mjs"), state, ...args], { stdio: ["ignore", "pipe", "inherit"] });
const ends = async (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.on("exit", resolve));

describe("withLock", () => {
  it("gives back what the work gives, and leaves no claim", async () => {
    expect(await withLock(state, async () => 7)).toBe(7);
    expect(readdirSync(join(state, "lock"))).toEqual([]);
  });

  it("is free again after work that fails", async () => {
    await expect(withLock(state, async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await withLock(state, async () => 1)).toBe(1);
  });

  it("keeps two in one process apart", async () => {
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 4 }, async () =>
        withLock(state, async () => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setTimeout(resolve, 5));
          inside -= 1;
        })),
    );
    expect(most).toBe(1);
  });

  it("keeps processes apart, with stale claims lying about", async () => {
    const file = join(state, "count");
    writeFileSync(file, "0");
    mkdirSync(join(state, "lock"));
    for (let place = 0; place < 5; place += 1) writeFileSync(join(state, "lock", `${place}-dead.json`), JSON.stringify({ pid: 2 ** 22 + 9, started: "x-1" }));
    expect(await Promise.all([ends(process2("count", file)), ends(process2("count", file)), ends(process2("count", file))])).toEqual([0, 0, 0]);
    expect(readFileSync(file, "utf8")).toBe("60");
  });

  it("waits for a living holder only so long, and says who it is", async () => {
    const holder = process2("hold");
    await new Promise((resolve) => holder.stdout?.once("data", resolve));
    await expect(withLock(state, async () => 1, { waitMs: 200 })).rejects.toMatchObject({ code: "locked", retry: true, message: expect.stringContaining(String(holder.pid)) });
    holder.kill("SIGKILL");
    await ends(holder);
  });

  it("is free at once when its holder was killed", async () => {
    const holder = process2("hold");
    await new Promise((resolve) => holder.stdout?.once("data", resolve));
    const waiting = withLock(state, async () => "mine");
    holder.kill("SIGKILL");
    expect(await waiting).toBe("mine");
  });

  it("is not held by a process that got a dead holder's id", async () => {
    mkdirSync(join(state, "lock"));
    writeFileSync(join(state, "lock", "old.json"), JSON.stringify({ pid: process.pid, started: "an-earlier-start" }));
    expect(await withLock(state, async () => 1, { waitMs: 0 })).toBe(1);
    expect(existsSync(join(state, "lock", "old.json"))).toBe(false);
  });

  it("fails where no claim can be made", async () => {
    writeFileSync(join(state, "file"), "");
    await expect(withLock(join(state, "file"), async () => 1)).rejects.toMatchObject({ code: "not-writable" });
  });
});
