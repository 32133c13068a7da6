import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, makeRepository } from "./git-fixture.ts";
import { makeRig, type Rig, type Seat, sitDown } from "./run-rig.ts";

/*
 * Real terminals: a program that asks must get the answer that it would get without shipnote in between.
 */
let rig: Rig;
let repository: Fixture;

beforeAll(async () => {
  rig = await makeRig();
  repository = makeRepository();
  repository.commit("first");
});
afterAll(() => {
  rig.remove();
  repository.remove();
});

const sit = (command: string[], flags: string[] = []): Seat =>
  sitDown(process.execPath, [rig.entry, ...flags, "--", ...command], repository.directory);

/** A shell line with `RUN` for `shipnote run --`, in a terminal. */
const sitInShell = (line: string): Seat =>
  sitDown("/bin/sh", ["-c", line.replaceAll("RUN", `${process.execPath} ${rig.entry} --`)], repository.directory);

function lastEntry(): { output: { tail: string; bytes: number } | null; exitCode: number | null; signal: string | null; state: string } {
  const folder = join(repository.directory, ".git", "shipnote", "journal");
  const name = readdirSync(folder).filter((each) => each.endsWith(".json")).sort().at(-1) ?? "";
  return JSON.parse(readFileSync(join(folder, name), "utf8"));
}

const asks = 'a=; for fd in 0 1 2; do if [ -t $fd ]; then a="$a$fd:yes "; else a="$a$fd:no "; fi; done; echo $a';

describe("a command in a terminal", () => {
  it("has a terminal for all three streams, of the size of ours", async () => {
    const seat = sit(["sh", "-c", `${asks}; stty size; tty`]);
    await seat.shows("0:yes 1:yes 2:yes");
    await seat.shows("30 100");
    expect(await seat.ended).toEqual({ exitCode: 0, signal: 0 });
    expect(lastEntry().output?.tail).toMatch(/^0:yes 1:yes 2:yes\n30 100\n\/dev\//);
  });

  it("is controlled by it: /dev/tty opens", async () => {
    const seat = sit(["sh", "-c", "echo through >/dev/tty"]);
    await seat.shows("through");
    expect((await seat.ended).exitCode).toBe(0);
  });

  it("has our environment, with names that no shell would take", async () => {
    const seat = sitDown(process.execPath, [rig.entry, "--", process.execPath, "-p", "process.env['dotted.name'] + process.env.TERM"], repository.directory, { "dotted.name": "kept-" });
    await seat.shows("kept-xterm");
    expect((await seat.ended).exitCode).toBe(0);
  });

  it("ends with the command's status", async () => {
    const seat = sit(["sh", "-c", "exit 37"]);
    expect(await seat.ended).toEqual({ exitCode: 37, signal: 0 });
    expect(lastEntry().exitCode).toBe(37);
  });

  it("ends by the command's signal", async () => {
    const seat = sit(["sh", "-c", "kill -TERM $$"]);
    expect((await seat.ended).signal).toBe(15);
    expect(lastEntry().signal).toBe("SIGTERM");
  });

  it("says itself that a command is not there, or cannot be run, as it does without a terminal", async () => {
    writeFileSync(join(repository.directory, "plain"), "echo ran\n");
    const places = `${repository.directory}:${process.env["PATH"] ?? ""}`;
    for (const [command, exitCode, says] of [
      ["no-such-command-here", 127, "shipnote: no-such-command-here: command not found"],
      ["./no-such-command-here", 127, "shipnote: ./no-such-command-here: command not found"],
      ["plain", 126, "shipnote: plain: cannot be run (EACCES)"],
      ["./plain", 126, "shipnote: ./plain: cannot be run (EACCES)"],
      ["./.git", 126, "shipnote: ./.git: cannot be run (EACCES)"],
    ] as const) {
      const seat = sitDown(process.execPath, [rig.entry, "--", command], repository.directory, { PATH: places });
      expect(await seat.ended).toEqual({ exitCode, signal: 0 });
      expect(seat.shown().trim()).toBe(says);
      expect(lastEntry()).toMatchObject({ exitCode, state: "ended" });
    }
  });

  it("is found as the system finds it: by a path from the folder it runs in, and past what cannot be run", async () => {
    const [early, late] = ["early", "late"].map((name) => join(repository.directory, name));
    for (const [folder, mode] of [[early, 0o644], [late, 0o755]] as const) {
      mkdirSync(folder ?? "");
      writeFileSync(join(folder ?? "", "tool"), `#!/bin/sh\n${asks}\n`, { mode });
    }
    for (const command of ["tool", "late/tool"]) {
      const seat = sitDown(process.execPath, [rig.entry, "--", command], repository.directory, { PATH: `${early}:late:${process.env["PATH"] ?? ""}` });
      await seat.shows("0:yes 1:yes 2:yes");
      expect((await seat.ended).exitCode).toBe(0);
    }
  });

  it("hands what is typed to the command, and echoes it once", async () => {
    const seat = sit(["sh", "-c", 'printf "name? "; read name; echo "hello $name"']);
    await seat.shows("name? ");
    seat.type("Ada\r");
    await seat.shows("hello Ada");
    expect((await seat.ended).exitCode).toBe(0);
    expect(seat.shown().split("Ada").length - 1).toBe(2);
  });

  it("shows no password that is typed", async () => {
    const seat = sit(["sh", "-c", 'stty -echo; printf "password: "; read word; stty echo; echo; echo "${#word} letters"']);
    await seat.shows("password: ");
    seat.type("s3cr3t-word\r");
    await seat.shows("11 letters");
    expect((await seat.ended).exitCode).toBe(0);
    expect(seat.shown()).not.toContain("s3cr3t");
    expect(lastEntry().output?.tail).not.toContain("s3cr3t");
  });

  it("gets single keys where it asks for them", async () => {
    const seat = sit(["sh", "-c", 'old=$(stty -g); stty -icanon -echo min 1; echo ready; key=$(dd bs=1 count=1 2>/dev/null); stty "$old"; echo "key $key"']);
    await seat.shows("ready");
    seat.type("q");
    await seat.shows("key q");
    expect((await seat.ended).exitCode).toBe(0);
  });

  it("gets the end of input that Ctrl-D means", async () => {
    const seat = sit(["sh", "-c", "echo ready; cat; echo over"]);
    await seat.shows("ready");
    seat.type("\x04");
    await seat.shows("over");
    expect((await seat.ended).exitCode).toBe(0);
  });

  it("is interrupted by Ctrl-C once, and may say how it ends", async () => {
    const seat = sit(["sh", "-c", 'n=0; trap "n=\\$((n+1)); echo caught \\$n" INT; echo ready; while [ $n -eq 0 ]; do sleep 0.1; done; sleep 0.5; exit 9']);
    await seat.shows("ready");
    seat.type("\x03");
    await seat.shows("caught 1");
    expect(await seat.ended).toEqual({ exitCode: 9, signal: 0 });
    expect(seat.shown()).not.toContain("caught 2");
  });

  it("dies of Ctrl-C, and shipnote with it by the same signal", async () => {
    const seat = sit(["sh", "-c", "echo ready; exec sleep 30"]);
    await seat.shows("ready");
    seat.type("\x03");
    expect((await seat.ended).signal).toBe(2);
    expect(lastEntry()).toMatchObject({ state: "ended", signal: "SIGINT" });
  });

  it("is told of a new window size", async () => {
    const seat = sit(["sh", "-c", 'trap "stty size; exit" WINCH; echo ready; while :; do sleep 0.1; done']);
    await seat.shows("ready");
    seat.resize(77, 22);
    await seat.shows("22 77");
    expect((await seat.ended).exitCode).toBe(0);
  });

  it("gets a signal that was sent to shipnote", async () => {
    const seat = sit(["sh", "-c", 'trap "echo told; exit 4" TERM; echo ready; while :; do sleep 0.1; done']);
    await seat.shows("ready");
    seat.kill("SIGTERM");
    await seat.shows("told");
    expect((await seat.ended).exitCode).toBe(4);
  });

  it("leaves our terminal as it was, however it left its own", async () => {
    const seat = sitInShell('before=$(stty -g); RUN sh -c "stty raw -echo; kill -9 \\$\\$"; [ "$before" = "$(stty -g)" ] && echo same; exit 0');
    await seat.shows("same");
    expect((await seat.ended).exitCode).toBe(0);
  });

  it("sees our terminal's own settings", async () => {
    const seat = sitInShell('stty erase "^H" -ixon; RUN stty -a');
    await seat.shows(/erase = \^H/);
    await seat.shows("-ixon");
    expect((await seat.ended).exitCode).toBe(0);
  });

  it("prints a lot without losing any of it", async () => {
    const seat = sit(["sh", "-c", "seq 1 60000"]);
    expect((await seat.ended).exitCode).toBe(0);
    expect(seat.shown().trimEnd().endsWith("59999\r\r\n60000") || seat.shown().trimEnd().endsWith("59999\r\n60000")).toBe(true);
    // Each line end is two bytes in a terminal.
    expect(lastEntry().output?.bytes).toBe(348_894 + 60_000);
  });

  it("stops and goes on with Ctrl-Z and fg", async () => {
    const seat = sitDown("/bin/bash", ["--norc", "--noprofile", "-i"], repository.directory);
    await seat.shows("$ ");
    seat.type(`${process.execPath} ${rig.entry} -- sh -c 'echo rea""dy; read x; echo "got $x"'\r`);
    await seat.shows("ready");
    seat.type("\x1a");
    await seat.shows(/Stopped/);
    await seat.shows("$ ");
    seat.type("echo in-be''tween\r");
    await seat.shows("in-between");
    seat.type("fg\r");
    await new Promise((resolve) => setTimeout(resolve, 500));
    seat.type("word\r");
    await seat.shows("got word");
    await seat.shows("$ ");
    seat.type("exit\r");
    expect((await seat.ended).exitCode).toBe(0);
  });
});

describe("a command of which only some streams are a terminal's", () => {
  const rows: [name: string, line: string, expected: string][] = [
    ["stdout in a pipe", `RUN sh -c '${asks} >&2' | cat`, "0:yes 1:no 2:yes"],
    ["stderr in a file", `RUN sh -c '${asks}' 2>/dev/null`, "0:yes 1:yes 2:no"],
    ["stdin from a pipe", `echo | RUN sh -c '${asks}'`, "0:no 1:yes 2:yes"],
    ["stdin from nowhere", `RUN sh -c '${asks}' </dev/null`, "0:no 1:yes 2:yes"],
    ["nothing but stderr", `echo | RUN sh -c '${asks} >&2' | cat`, "0:no 1:no 2:yes"],
    ["only stdin", `RUN sh -c '${asks}' 2>/dev/null | cat`, "0:yes 1:no 2:no"],
  ];
  it.each(rows)("gets the same answers: %s", async (_name, line, expected) => {
    const plain = sitDown("/bin/sh", ["-c", line.replaceAll("RUN", "")], repository.directory);
    await plain.shows(expected);
    const seat = sitInShell(line);
    await seat.shows(expected);
    await plain.ended;
    expect((await seat.ended).exitCode).toBe(0);
  });

  it("reads no more of stdin than the command does", async () => {
    writeFileSync(join(repository.directory, "lines"), "one\ntwo\nthree\n");
    const seat = sitInShell('while read line; do RUN echo "line $line"; done <lines');
    await seat.shows("line one");
    await seat.shows("line two");
    await seat.shows("line three");
    expect((await seat.ended).exitCode).toBe(0);
  });

  it("keeps what it printed, both ways, in order", async () => {
    const seat = sitInShell("RUN sh -c 'echo out; echo err >&2' </dev/null");
    expect((await seat.ended).exitCode).toBe(0);
    expect(lastEntry().output?.tail).toBe("out\nerr");
  });

  it("knows the window size", async () => {
    const seat = sitInShell("RUN sh -c 'stty size <&1' </dev/null");
    await seat.shows("30 100");
    expect((await seat.ended).exitCode).toBe(0);
  });

  it("is interrupted by Ctrl-C, once", async () => {
    const seat = sitInShell('trap "" INT; RUN sh -c \'n=0; trap "n=\\$((n+1)); echo caught \\$n" INT; echo ready; while [ $n -eq 0 ]; do sleep 0.1; done; sleep 0.5; exit 9\' </dev/null; echo status $?');
    await seat.shows("ready");
    seat.type("\x03");
    await seat.shows("caught 1");
    await seat.shows("status 9");
    expect((await seat.ended).exitCode).toBe(0);
    expect(seat.shown()).not.toContain("caught 2");
  });
});

describe("where no terminal can be made", () => {
  it("gives the command ours, and says that nothing of its output is kept", async () => {
    const bare = await makeRig({ terminals: false });
    const seat = sitDown(process.execPath, [bare.entry, "--", "sh", "-c", asks], repository.directory);
    await seat.shows("0:yes 1:yes 2:yes");
    await seat.shows("its output is not kept");
    expect((await seat.ended).exitCode).toBe(0);
    expect(lastEntry().output).toBeNull();
    bare.remove();
  });
});
