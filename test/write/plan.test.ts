import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planWrites } from "../../src/write/plan.ts";

let base = "";
let notes = "";

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "plan-")));
  notes = join(base, "repo", "notes");
  await mkdir(join(notes, "2026"), { recursive: true });
});
afterEach(() => rm(base, { recursive: true }));

const states = async (writes: [path: string, content: string | Uint8Array][]) =>
  (await planWrites([notes], writes.map(([path, content]) => ({ path: join(notes, path), content })))).writes.map((write) => write.state);

describe("planWrites", () => {
  it("says what is new, changed and unchanged, by bytes, and touches nothing", async () => {
    await writeFile(join(notes, "2026", "a.md"), "\uFEFFé\r\n");
    await writeFile(join(notes, "2026", "b.md"), "b");
    expect(await states([
      ["2026/a.md", "\uFEFFé\r\n"], ["2026/a.md", Buffer.from("\uFEFFé\r\n")], ["2026/b.md", "c"], ["2026/b.md", "bb"], ["2027/x/c.md", ""],
    ])).toEqual(["unchanged", "unchanged", "changed", "changed", "new"]);
    expect(await readdir(notes, { recursive: true })).toEqual(["2026", "2026/a.md", "2026/b.md"]);
  });

  it.each([
    ["outside", () => join(base, "x")],
    ["beside, with a name that begins alike", () => `${notes}-x`],
    ["the root itself", () => notes],
    ["above, by dots", () => `${notes}/../x`],
    ["with dots that stay below", () => `${notes}/2026/../x`],
    ["relative", () => "notes/x"],
    ["with a NUL", () => `${notes}/x\0y`],
  ])("refuses a path that is %s", async (_, path) => {
    await expect(planWrites([notes], [{ path: path(), content: "" }])).rejects.toMatchObject({ code: "notes-unsafe", exitStatus: 3 });
  });

  it.each([
    ["a folder is a link outside", async () => symlink(base, join(notes, "2025")), "2025/a.md"],
    ["a folder is a link that stays inside", async () => symlink(join(notes, "2026"), join(notes, "2025")), "2025/a.md"],
    ["a folder is a link to nothing", async () => symlink(join(base, "none"), join(notes, "2025")), "2025/a.md"],
    ["the file is a link", async () => symlink(join(base, "victim"), join(notes, "a.md")), "a.md"],
    ["a file stands in place of a folder", async () => writeFile(join(notes, "2025"), ""), "2025/x/a.md"],
    ["a folder stands in place of the file", async () => mkdir(join(notes, "a.md")), "a.md"],
  ])("refuses where %s", async (_, prepare, path) => {
    await prepare();
    await expect(states([[path, "x"]])).rejects.toMatchObject({ code: "notes-unsafe" });
  });

  it("looks at the root itself, and at the way to it from the trusted folder on", async () => {
    await rm(notes, { recursive: true });
    await symlink(base, notes);
    await expect(states([["a.md", "x"]])).rejects.toMatchObject({ code: "notes-unsafe" });
    const trusted = join(base, "repo");
    await symlink(base, join(trusted, "docs"));
    const root = join(trusted, "docs", "notes");
    const write = { path: join(root, "a.md"), content: "" };
    await expect(planWrites([root], [write], { trusted })).rejects.toMatchObject({ code: "notes-unsafe" });
    await expect(planWrites([root], [write], { trusted: notes })).rejects.toMatchObject({ code: "notes-unsafe" });
  });

  it("lets the way to the trusted folder be a link", async () => {
    const linked = join(base, "linked");
    await symlink(join(base, "repo"), linked);
    const root = join(linked, "notes");
    const plan = await planWrites([root], [{ path: join(root, "a.md"), content: "" }], { trusted: linked });
    expect(plan.writes[0]?.state).toBe("new");
  });
});
