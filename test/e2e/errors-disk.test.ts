import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, inject, it } from "vitest";
import { type Fixture, makeRepository } from "../git-fixture.ts";
import { refused, shipnoteUnprivileged, snapshot, spawned } from "./refusal.ts";
import { type CallOptions, shipnote } from "./tool.ts";

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

let fixture: Fixture;
/** Somewhere that nothing may be written to, and nothing is. */
let outside: string;
beforeEach(() => {
  fixture = makeRepository();
  made.push(fixture.directory);
  fixture.commit("Greet", { "greet.txt": "hello\n" });
  fixture.commit("Greet twice", { "greet.txt": "hello\nhello\n" });
  outside = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-outside-")));
  made.push(outside);
});

const at = (...parts: string[]): string => join(fixture.directory, ...parts);
const id = "2026-11-24-greet-twice";
const record = ["record", "--yes"];

describe("notes that", () => {
  it("is a file", () => {
    writeFileSync(at("notes"), "mine\n");
    expect(refused(fixture.directory, record, [3, "notes-unsafe"]).message).toBe(`${at("notes")} is a file.`);
    for (const command of ["list", "show", "index", "rollback", "runbook"]) refused(fixture.directory, [command], [3, "notes-unsafe"]);
  });

  it.each<[where: string, message: RegExp]>([
    ["notes", /notes is a symbolic link\.$/],
    ["notes/2026", /notes\/2026 is a symbolic link\.$/],
    [`notes/2026/${id}`, /greet-twice is a symbolic link\.$/],
    [`notes/2026/${id}.md`, /\.md is not written: it is a symbolic link\.$/],
  ])("%s: a link to a folder elsewhere, and one to nothing", (where, message) => {
    mkdirSync(at(where, ".."), { recursive: true });
    for (const target of [outside, "/nonexistent/place"]) {
      symlinkSync(target, at(where));
      expect(refused(fixture.directory, record, [3, "notes-unsafe"]).message).toMatch(message);
      rmSync(at(where));
    }
    expect(readdirSync(outside)).toEqual([]);
  });

  it("holds links where pages belong", () => {
    expect(shipnote(fixture.directory, record).status).toBe(0);
    symlinkSync(join(outside, "README.md"), at("notes/README.md"));
    refused(fixture.directory, ["index"], [3, "notes-unsafe"]);
    refused(fixture.directory, [...record, "--reason", "R", "--index"], [3, "notes-unsafe"]);
    expect(readdirSync(outside)).toEqual([]);
  });

  it("is read-only", () => {
    mkdirSync(at("notes"));
    chmodSync(at("notes"), 0o555);
    expect(refused(fixture.directory, record, [3, "not-writable"], { call: shipnoteUnprivileged }).message).toMatch(/^\S*notes\/2026\S* may not be written\.$/);
    chmodSync(at("notes"), 0o755);
    expect(shipnoteUnprivileged(fixture.directory, record).status).toBe(0);
    chmodSync(at("notes/2026"), 0o555);
    refused(fixture.directory, [...record, "--reason", "R"], [3, "not-writable"], { call: shipnoteUnprivileged });
    chmodSync(at("notes/2026"), 0o755);
  });

  it("may not be read", () => {
    expect(shipnote(fixture.directory, record).status).toBe(0);
    for (const path of [at("notes"), at("notes/2026"), at("notes/2026", `${id}.md`)]) {
      // The snapshot of a folder that may not be read is another user's.
      const call = (directory: string, args: readonly string[], options: CallOptions) => {
        chmodSync(path, 0);
        try {
          return shipnoteUnprivileged(directory, args, options);
        } finally {
          chmodSync(path, path.endsWith(".md") ? 0o644 : 0o755);
        }
      };
      const { message } = refused(fixture.directory, [...record, "--reason", "R"], [3, "not-readable"], { call });
      // Of the notes folder, records and templates are read at once.
      expect(message.replace("/templates ", " ")).toBe(`${path} cannot be read (EACCES).`);
    }
  });
});

describe("a git directory that", () => {
  it("is read-only: nothing is written, what needs nothing to be written works, and run runs", () => {
    chmodSync(at(".git"), 0o555);
    expect(refused(fixture.directory, record, [3, "not-writable"], { call: shipnoteUnprivileged }).message).toMatch(/^\S*\.git\/shipnote\S* may not be written \(EACCES\)\.$/);
    expect(shipnoteUnprivileged(fixture.directory, [...record, "--dry-run"]).status).toBe(0);
    expect(shipnoteUnprivileged(fixture.directory, [...record, "--stdout"]).status).toBe(0);
    const run = shipnoteUnprivileged(fixture.directory, ["run", "--", "sh", "-c", "echo out; exit 7"]);
    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 7, stdout: "out\n" });
    expect(run.stderr).toMatch(/^shipnote: this command is not kept for the record: [^\n]+may not be written[^\n]+\n$/);
    chmodSync(at(".git"), 0o755);
  });

  it("has a shipnote folder that may not be written, or a file in its place", () => {
    mkdirSync(at(".git/shipnote"));
    chmodSync(at(".git/shipnote"), 0o555);
    refused(fixture.directory, record, [3, "not-writable"], { call: shipnoteUnprivileged });
    const measured = ["before", "--config", join(outside, "checks.yaml")];
    writeFileSync(join(outside, "checks.yaml"), "checks:\n  quick:\n    command: \"true\"\n    rounds: 1\n");
    refused(fixture.directory, measured, [3, "not-writable"], { call: shipnoteUnprivileged });
    rmSync(at(".git/shipnote"), { recursive: true });
    writeFileSync(at(".git/shipnote"), "mine\n");
    refused(fixture.directory, record, [3, "not-writable"]);
    expect(shipnote(fixture.directory, [...record, "--dry-run"]).status).toBe(0);
  });
});

/** What a call answered within the small disk. */
interface OnDisk {
  status: number;
  document: { error?: { code: string } };
  files: string;
}

/**
 * Copies the repository to a disk of its own and calls `record` again and again with less and less of it taken.
 * The disk is mounted where nobody else sees it, and is gone with its shell.
 */
const script = `
set -e
mount -t tmpfs -o size=600k tmpfs "$1"
cp -r "$2" "$1/repository"
cd "$1/repository"
for room in 0 4 8 12 16 20; do
  rm -f ../fill
  dd if=/dev/zero of=../fill bs=1024 2>/dev/null || true
  test $room = 0 || dd if=/dev/null of=../fill bs=1024 seek=$(( $(wc -c < ../fill) / 1024 - room )) 2>/dev/null
  "$4" "$5" record --yes --json > "$3/$room.json" && status=0 || status=$?
  echo $status > "$3/$room.status"
  find . -path ./.git -prune -o -type f -print > "$3/$room.files"
  find .git/shipnote ! -type d >> "$3/$room.files"
  if test $status = 0; then break; fi
done
rm -f ../fill
"$4" "$5" record --yes --json > "$3/free.json"
`;

/** How a process gets a mount table of its own here; null where it may not. */
const unshare = [["-m"], ["-Urm"]].find((flags) =>
  spawnSync("unshare", [...flags, "sh", "-c", "mount -t tmpfs tmpfs /mnt"], { stdio: "ignore" }).status === 0) ?? null;

describe("a disk that is full", () => {
  // Where no disk may be mounted, the limit below stands for it.
  it.skipIf(unshare === null)("says so at whatever file it fills up, leaves nothing behind, and the run goes through once there is room", () => {
    const [mounted, answers] = [join(outside, "disk"), join(outside, "answers")];
    mkdirSync(mounted);
    mkdirSync(answers);
    rmSync(at(".git/hooks"), { recursive: true });
    const done = spawned("unshare", [...(unshare ?? []), "sh", "-c", script, "sh", mounted, fixture.directory, answers, process.execPath, inject("tool")], outside);
    expect(done.stderr).toBe("");
    const rooms = ["0", "4", "8", "12", "16", "20"].filter((room) => existsSync(join(answers, `${room}.status`)));
    const read = (room: string): OnDisk => ({
      status: Number(readFileSync(join(answers, `${room}.status`), "utf8")),
      document: JSON.parse(readFileSync(join(answers, `${room}.json`), "utf8")) as OnDisk["document"],
      files: readFileSync(join(answers, `${room}.files`), "utf8"),
    });
    const refusals = rooms.map(read).filter(({ status }) => status !== 0);
    expect(refusals.length).toBeGreaterThan(2);
    for (const { status, document, files } of refusals) {
      expect({ status, code: document.error?.code }).toEqual({ status: 3, code: "disk-full" });
      expect(files).toBe("./greet.txt\n");
    }
    expect(JSON.parse(readFileSync(join(answers, "free.json"), "utf8"))).toMatchObject({ id });
  });

  it("and a file that would grow past what it may", () => {
    const limited = (directory: string, args: readonly string[], options: CallOptions) =>
      spawned("sh", ["-c", "ulimit -f 2; exec \"$0\" \"$@\"", process.execPath, inject("tool"), ...args], directory, options);
    const { message } = refused(fixture.directory, [...record, "--reason", "word ".repeat(1000)], [3, "disk-full"], { call: limited });
    expect(message).toMatch(/^There is no room to write \S+notes\/2026\/\S+\.$/);
    expect(shipnote(fixture.directory, record).status).toBe(0);
    // What stands is longer than the limit, and stays.
    const before = snapshot(fixture.directory);
    refused(fixture.directory, [...record, "--reason", "word ".repeat(1000)], [3, "disk-full"], { call: limited });
    expect(snapshot(fixture.directory)).toEqual(before);
  });

  it("when results are kept: said, not called a defect", () => {
    writeFileSync(join(outside, "checks.yaml"), "checks:\n  quick:\n    command: \"true\"\n    rounds: 1\n");
    const limited = (directory: string, args: readonly string[], options: CallOptions) =>
      spawned("sh", ["-c", "ulimit -f 0; \"$0\" \"$@\" | cat; exit 3", process.execPath, inject("tool"), ...args], directory, options);
    const answer = limited(fixture.directory, ["before", "--json", "--config", join(outside, "checks.yaml")], {});
    expect(JSON.parse(answer.stdout)).toMatchObject({ error: { code: "disk-full" } });
    const run = limited(fixture.directory, ["run", "--", "sh", "-c", "echo out"], {});
    expect(run.stdout).toBe("out\n");
    expect(run.stderr).toMatch(/^shipnote: this command is not kept for the record: There is no room to write [^\n]+\n$/);
  });
});
