import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyPlan } from "../../src/write/apply.ts";
import { finishPlan, keepIntent } from "../../src/write/intent.ts";
import { planWrites, type Plan } from "../../src/write/plan.ts";
import { temporaryName } from "../../src/write/temporary.ts";

let base = "";
let root = "";
let intent = "";

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "apply-")));
  root = join(base, "notes");
  intent = join(base, "git", "shipnote", "moving.json");
  await mkdir(root);
});
afterEach(() => rm(base, { recursive: true }));

const run = promisify(execFile);

/** A program that imports what is tested here, for a process of its own. */
async function bundle(program: string): Promise<string> {
  const { build } = await import("esbuild");
  const source = fileURLToPath(new URL("../../src/write", import.meta.url));
  const contents = `
    import { readdirSync, readFileSync } from "node:fs";
    import { planWrites } from "${source}/plan.ts";
    import { applyPlan } from "${source}/apply.ts";
    ${program}`;
  const outfile = join(base, "program.mjs");
  await build({ stdin: { contents, resolveDir: base, loader: "ts" }, bundle: true, platform: "node", format: "esm", outfile, logLevel: "silent" });
  return outfile;
}

const plan = (...writes: [path: string, content: string][]): Promise<Plan> =>
  planWrites([root], writes.map(([path, content]) => ({ path: join(root, path), content })));
const tree = async (): Promise<string[]> => (await readdir(root, { recursive: true })).sort();
const text = (path: string): Promise<string> => readFile(join(root, path), "utf8");

/** The number of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn("true");
  await once(child, "exit");
  return child.pid ?? 0;
}

describe("applyPlan", () => {
  it("writes what is new and changed, with the folders it needs, and leaves nothing else", async () => {
    await writeFile(join(root, "b"), "old");
    await applyPlan(await plan(["2026/x/a", "A\r\n"], ["b", "B"]), { intent });
    expect(await tree()).toEqual(["2026", "2026/x", "2026/x/a", "b"]);
    expect([await text("2026/x/a"), await text("b")]).toEqual(["A\r\n", "B"]);
    expect(await readdir(join(base, "git", "shipnote"))).toEqual([]);
  });

  it("does not touch what is unchanged", async () => {
    await writeFile(join(root, "a"), "A");
    await utimes(join(root, "a"), 1, 1);
    const before = await stat(join(root, "a"));
    await applyPlan(await plan(["a", "A"], ["b", "B"]));
    const after = await stat(join(root, "a"));
    expect([after.mtimeMs, after.ino]).toEqual([before.mtimeMs, before.ino]);
  });

  it.each([0o600, 0o640, 0o755])("keeps the mode %o", async (mode) => {
    await writeFile(join(root, "a"), "old");
    await chmod(join(root, "a"), mode);
    await applyPlan(await plan(["a", "new"]));
    expect((await stat(join(root, "a"))).mode & 0o777).toBe(mode);
  });

  it("replaces a file whole: one that is open keeps what it had", async () => {
    await writeFile(join(root, "a"), "old");
    const before = (await stat(join(root, "a"))).ino;
    await applyPlan(await plan(["a", "new"]));
    expect((await stat(join(root, "a"))).ino).not.toBe(before);
  });

  it("takes away what a killed run left, and nothing that a living one may be writing", async () => {
    const [dead, living] = [await deadProcess(), process.ppid];
    const names = [`.shipnote-${dead}-0a1b2c3d.tmp`, `.shipnote-${living}-0a1b2c3d.tmp`, `.shipnote-${process.pid}-00000000.tmp`, `.shipnote-${living}-ffffffff.tmp`, ".shipnote-x.tmp", "a.tmp"];
    for (const name of names) await writeFile(join(root, name), "x");
    // Older than any run: its process's number was given out again.
    await utimes(join(root, names[3] ?? ""), 1, 1);
    await applyPlan(await plan(["a", "A"]));
    expect(await tree()).toEqual([names[1], ".shipnote-x.tmp", "a", "a.tmp"].sort());
  });

  it("loses nothing and leaves nothing on a full disk", async () => {
    const main = await bundle(`
      const root = process.argv[2];
      const writes = [["new/deep/a", "A"], ["b", "B"], ["c", "C".repeat(1 << 20)]];
      const plan = await planWrites([root], writes.map(([path, content]) => ({ path: root + "/" + path, content })));
      const failure = await applyPlan(plan).then(() => null, (error) => error);
      const tree = readdirSync(root, { recursive: true });
      console.log(JSON.stringify({ code: failure?.code, tree, b: readFileSync(root + "/b", "utf8") }));
    `);
    await writeFile(join(root, "b"), "old");
    const command = `exec ${process.execPath} ${main} ${root}`;
    // A file system of 64 KiB where this user may mount one; else a limit on the size of a file.
    const outcome = await run("unshare", ["--mount", "--map-root-user", "sh", "-c", `mount -t tmpfs -o size=64k tmpfs ${root} && printf old >${root}/b && ${command}`])
      .then(({ stdout }) => ({ code: "disk-full", stdout }))
      .catch(async () => ({ code: undefined, stdout: (await run("sh", ["-c", `trap '' XFSZ; ulimit -f 64; ${command}`])).stdout }));
    expect(JSON.parse(outcome.stdout)).toEqual({ ...(outcome.code === undefined ? {} : { code: outcome.code }), tree: ["b"], b: "old" });
  });

  it("says so where nothing may be written", async () => {
    const main = await bundle(`
      const root = process.argv[2];
      const plan = await planWrites([root], [{ path: root + "/a", content: "A" }]);
      const failure = await applyPlan(plan).then(() => null, (error) => error);
      console.log(JSON.stringify({ code: failure?.code, tree: readdirSync(root) }));
    `);
    const command = `exec ${process.execPath} ${main} ${root}`;
    // Mounted read-only where that is possible: a folder's mode does not stop root.
    const { stdout } = await run("unshare", ["--mount", "--map-root-user", "sh", "-c", `mount -t tmpfs -o ro tmpfs ${root} && ${command}`])
      .catch(() => run("sh", ["-c", `chmod 555 ${root}; ${command}`]));
    await chmod(root, 0o755);
    expect(JSON.parse(stdout)).toEqual({ code: "not-writable", tree: [] });
  });

  it("fails as a whole where one of several cannot be written", async () => {
    const made = await plan(["new/a", "A"], ["b", "B"], ["c/d", "D"]);
    await writeFile(join(root, "c"), "a file came in between");
    await expect(applyPlan(made, { intent })).rejects.toMatchObject({ code: "notes-unsafe" });
    expect(await tree()).toEqual(["c"]);
  });
});

describe("finishPlan", () => {
  /** What a run leaves that is killed behind its first move. */
  async function killedRun(): Promise<void> {
    await writeFile(join(root, "record.json"), "old facts");
    await writeFile(join(root, "record.md"), "old text");
    const { writes } = await plan(["record.json", "new facts"], ["record.md", "new text"]);
    const staged = writes.map((write) => ({ write, temporary: join(root, temporaryName()) }));
    for (const { write, temporary } of staged) await writeFile(temporary, write.content);
    await keepIntent(intent, staged);
    await rename(staged[0]?.temporary ?? "", join(root, "record.json"));
  }

  it("moves the rest of what a killed run had written", async () => {
    await killedRun();
    expect([await text("record.json"), await text("record.md")]).toEqual(["new facts", "old text"]);
    expect(await finishPlan(intent, [root])).toEqual([join(root, "record.md")]);
    expect([await text("record.json"), await text("record.md")]).toEqual(["new facts", "new text"]);
    expect(await tree()).toEqual(["record.json", "record.md"]);
    expect(await finishPlan(intent, [root])).toEqual([]);
  });

  it("makes every run that is killed at any moment a whole one", async () => {
    const main = await bundle(`
      const [root, intent] = process.argv.slice(2);
      for (let turn = 0; ; turn += 1) {
        const writes = ["a", "b", "c"].map((name) => ({ path: root + "/" + name, content: name + " of turn " + turn }));
        await applyPlan(await planWrites([root], writes), { intent });
        if (turn === 0) process.stdout.write("started");
      }
    `);
    for (let round = 0; round < 12; round += 1) {
      const child = spawn(process.execPath, [main, root, intent], { stdio: ["ignore", "pipe", "inherit"] });
      await once(child.stdout, "data");
      await new Promise((resolve) => setTimeout(resolve, round * 1.7));
      child.kill("SIGKILL");
      await once(child, "exit");
      await finishPlan(intent, [root]);
      const turns = await Promise.all(["a", "b", "c"].map(async (name) => (await text(name)).replace(`${name} of turn `, "")));
      expect(new Set(turns).size).toBe(1);
      await applyPlan(await plan(["a", "last"]), { intent });
      expect(await tree()).toEqual(["a", "b", "c"]);
      expect(await readdir(join(base, "git", "shipnote"))).toEqual([]);
    }
  });

  /** What a run leaves that is killed behind its moves: two files are in place, and two that were to go stand still. */
  async function killedBeforeRemovals(): Promise<void> {
    await mkdir(join(root, "old", "img"), { recursive: true });
    await writeFile(join(root, "old", "outcome.json"), "failed");
    await writeFile(join(root, "old", "img", "y.txt"), "y");
    const removed = ["old/outcome.json", "old/img/y.txt", "old/none"].map((name) => join(root, name));
    const { writes, removals } = await planWrites([root], [["a", "A"], ["b", "B"]].map(([name = "", content = ""]) => ({ path: join(root, name), content })), { removed });
    const staged = writes.map((write) => ({ write, temporary: join(root, temporaryName()) }));
    await keepIntent(intent, staged, removals);
    for (const { write } of staged) await writeFile(write.path, write.content);
  }

  it("takes away what a killed run was to take away, and the folders that it leaves empty", async () => {
    await killedBeforeRemovals();
    expect(await finishPlan(intent, [root])).toEqual([join(root, "old", "outcome.json"), join(root, "old", "img", "y.txt")]);
    expect(await tree()).toEqual(["a", "b"]);
  });

  it.each([
    ["of it what somebody changed since", "old/img/y.txt", ["a", "b", "old", "old/img", "old/img/y.txt"]],
    ["all of it where what takes its place was changed", "b", ["a", "b", "old", "old/img", "old/img/y.txt", "old/outcome.json"]],
  ])("leaves %s", async (_what, changed, left) => {
    await killedBeforeRemovals();
    await writeFile(join(root, changed), "people's");
    await finishPlan(intent, [root]);
    expect(await tree()).toEqual(left);
    expect(await text(changed)).toBe("people's");
  });

  it("drops it where somebody changed the file since", async () => {
    await killedRun();
    await writeFile(join(root, "record.md"), "people's text");
    expect(await finishPlan(intent, [root])).toEqual([]);
    expect(await tree()).toEqual(["record.json", "record.md"]);
    expect(await text("record.md")).toBe("people's text");
  });

  it("drops what was not written whole", async () => {
    await killedRun();
    const [temporary] = (await tree()).filter((name) => name.endsWith(".tmp"));
    await writeFile(join(root, temporary ?? ""), "new te");
    expect(await finishPlan(intent, [root])).toEqual([]);
    expect(await text("record.md")).toBe("old text");
  });

  it("touches nothing outside the roots, whatever the intent says", async () => {
    await mkdir(join(base, "git", "shipnote"), { recursive: true });
    const temporary = ".shipnote-1-00000000.tmp";
    await writeFile(join(base, temporary), "x");
    await symlink(base, join(root, "link"));
    // printf x | sha256sum
    const content = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    const moves = [join(base, "victim"), join(root, "..", "victim"), join(root, "link", "victim")]
      .map((path) => ({ path, temporary, content, standing: null }));
    moves.push({ path: join(root, "a"), temporary: "../x", content, standing: null });
    await writeFile(intent, JSON.stringify({ version: 1, moves }));
    expect(await finishPlan(intent, [root])).toEqual([]);
    expect((await readdir(base)).sort()).toEqual([temporary, "git", "notes"].sort());
  });

  it.each(["", "{", "[]", '{"moves": 1}', '{"moves": [null, 1, {}]}'])("forgets an intent that is damaged: %j", async (damaged) => {
    await mkdir(join(base, "git", "shipnote"), { recursive: true });
    await writeFile(intent, damaged);
    expect(await finishPlan(intent, [root])).toEqual([]);
    expect(await readdir(join(base, "git", "shipnote"))).toEqual([]);
  });
});
