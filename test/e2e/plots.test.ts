import { createHash } from "node:crypto";
import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Life, makeLife, removeAll } from "./life.ts";

/* The pictures of what was measured: written with the record that shows them, by every way to write one. */

afterAll(removeAll);

/** What hyperfine exports of one command; the samples are made up. */
function bench(seconds: readonly number[]): string {
  return JSON.stringify({ results: [{ command: "sort names", mean: 1, stddev: 1, median: 1, user: 1, system: 1, min: 1, max: 1, times: seconds, exit_codes: seconds.map(() => 0) }] });
}

const before = [0.412, 0.409, 0.415, 0.42, 0.411, 0.408, 0.414, 0.413, 0.41, 0.416];
const after = before.map((seconds) => Math.round((seconds - 0.3) * 1000) / 1000);
const files = ["--before", "sort=before.json", "--after", "sort=after.json"];

function shipped(): Life {
  const life = makeLife();
  life.commit("Base", { "a.txt": "1\n", ".gitignore": "before.json\nafter.json\n" });
  life.commit("Sort names with a heap", { "a.txt": "2\n" });
  life.write("before.json", bench(before));
  life.write("after.json", bench(after));
  return life;
}

/** The record's pictures, by path, and those that its markdown shows. */
function pictures(life: Life, id: string): { files: string[]; shown: string[] } {
  const folder = `notes/2024/${id}`;
  const names = readdirSync(join(life.directory, folder)).filter((name) => name.endsWith(".svg")).sort();
  const shown = [...life.read(`${folder}.md`).matchAll(/^!\[[^\]]*\]\(([^)]*)\)$/gm)].map(([, path]) => path ?? "");
  return { files: names.map((name) => `${id}/${name}`), shown: shown.sort() };
}

describe("the plots of a record", () => {
  it("stand beside it, are shown in it, and are committed with it", () => {
    const life = shipped();
    const { id } = life.record([...files, "--commit", "--index"]);
    const found = pictures(life, id);
    expect(found.files.length).toBeGreaterThan(0);
    expect(found.shown).toEqual(found.files);
    for (const path of found.files) expect(life.read(`notes/2024/${path}`)).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*<\/svg>\n$/);
    expect(life.git("status", "--porcelain", "notes")).toBe("");
    for (const args of [["list"], ["show", id], ["index", "--check"]]) expect(life.call(args)).toMatchObject({ status: 0 });
    expect(life.record()).toMatchObject({ status: "unchanged", id });
  });

  it("are named by --dry-run and not written, and left out by --stdout", () => {
    const life = shipped();
    const dry = life.call(["record", "--yes", "--dry-run", ...files]);
    expect(dry.stdout).toMatch(/^would write notes\/2024\/[^/]+\/sort-[a-z0-9-]+\.svg \(new\)$/m);
    // In the order in which they are moved into place.
    expect(dry.stdout.trim().split("\n").map((line) => /\.(svg|json|md) /.exec(line)?.[1]).join(" ")).toMatch(/^(?:svg )+json md$/);
    expect(life.call(["record", "--yes", "--stdout", ...files]).stdout).toMatch(/^!\[.*\.svg\)$/m);
    expect(life.has("notes")).toBe(false);
  });

  it("come back at the next write where somebody deleted or edited them, and not before", () => {
    const life = shipped();
    const { id } = life.record(files);
    const [path = ""] = pictures(life, id).files.map((file) => `notes/2024/${file}`);
    const drawn = life.read(path);
    life.write(path, "<svg onload='x'/>");
    expect(life.record().status).toBe("unchanged");
    expect(life.read(path)).toBe("<svg onload='x'/>");
    expect(life.record(["--id", id, "--title", "Sort names"]).status).toBe("written");
    expect(life.read(path)).toBe(drawn);
    rmSync(join(life.directory, path));
    life.record(["--id", id, "--title", "Sort all names"]);
    expect(life.read(path)).toBe(drawn);
  });

  it("are the same to the byte wherever they are drawn", () => {
    const [one, two] = [shipped(), shipped()];
    const { id } = one.record(files);
    two.record(files, { env: { TZ: "Asia/Kathmandu", LC_ALL: "de_DE.UTF-8" } });
    for (const path of pictures(one, id).files) expect(two.read(`notes/2024/${path}`)).toBe(one.read(`notes/2024/${path}`));
  });

  it("are finished by the next run where one was killed while it moved them", () => {
    const life = shipped();
    const { id } = life.record(files);
    const [path = ""] = pictures(life, id).files.map((file) => join(life.directory, "notes/2024", file));
    const drawn = life.read(path.slice(life.directory.length + 1));
    const temporary = ".shipnote-4194304-deadbeef.tmp";
    renameSync(path, join(path, "..", temporary));
    const content = createHash("sha256").update(drawn).digest("hex");
    life.write(".git/shipnote/intent.json", JSON.stringify({ version: 1, moves: [{ path, temporary, content, standing: null }] }));
    expect(life.record()).toMatchObject({ status: "unchanged" });
    expect(life.read(path.slice(life.directory.length + 1))).toBe(drawn);
  });
});
