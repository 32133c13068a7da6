import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { bare, contentsOf, ours, script, ship, witness } from "./hook-place-rig.ts";
import { type Desk, deskAt, hooksIn, run, said } from "./hook-rig.ts";
import { makeFolder, removeAll } from "./life.ts";
import { failure, node } from "./tool.ts";

/* Where the hooks stand: beside whatever is there, and away again without a trace. */

afterAll(removeAll);

const asked = [expect.stringContaining("reached production")];

describe("a repository's own folder of hooks", () => {
  it("is as it was after uninstall, whether it held samples, nothing, or was not there", () => {
    for (const prepare of [() => undefined, (hooks: string) => hooksEmpty(hooks), (hooks: string) => rmSync(hooks, { recursive: true })]) {
      const desk = bare();
      prepare(desk.hooks);
      const before = contentsOf(desk.hooks);
      expect(desk.call(["hook", "install"]).status).toBe(0);
      expect(hooksIn(desk.hooks)).toEqual(ours);
      expect(said(ship(desk))).toEqual(asked);
      expect(desk.call(["hook", "uninstall"])).toMatchObject({ status: 0, stdout: "took away reference-transaction, pre-push, post-merge\n" });
      expect(contentsOf(desk.hooks)).toEqual(before);
      expect(said(ship(desk))).toEqual([]);
    }
  });

  it("may be installed into and uninstalled from twice", () => {
    const desk = bare();
    const before = contentsOf(desk.hooks);
    desk.call(["hook", "install"]);
    const installed = contentsOf(desk.hooks);
    expect(desk.call(["hook", "install"]).stdout).toBe("unchanged: the hooks are in place\n");
    expect(contentsOf(desk.hooks)).toEqual(installed);
    desk.call(["hook", "uninstall"]);
    expect(desk.call(["hook", "uninstall"]).stdout).toBe("unchanged: no hook of ours is there\n");
    expect(contentsOf(desk.hooks)).toEqual(before);
  });

  it("takes executable hooks whatever the umask", () => {
    const desk = bare();
    const seat = run(desk.directory, ["sh", "-c", `umask 077; '${node}' '${inject("tool")}' hook install`]);
    expect(seat.status).toBe(0);
    expect(said(ship(desk))).toEqual(asked);
  });
});

describe("hooks that are there already", () => {
  it("of sh run first, called as before, with the same arguments and input", () => {
    const [plain, beside] = [bare(), bare()].map((desk) => {
      const log = join(makeFolder(), "log");
      for (const name of ours) script(join(desk.hooks, name), witness(log));
      return { desk, log };
    }) as [{ desk: Desk & { hooks: string }; log: string }, { desk: Desk & { hooks: string }; log: string }];
    const before = contentsOf(beside.desk.hooks);
    expect(beside.desk.call(["hook", "install"]).status).toBe(0);
    for (const { desk } of [plain, beside]) {
      desk.commit("Next", { "a.txt": "2\n" });
      desk.pushing(["push", "-q", "origin", "main"]);
      desk.git("checkout", "-q", "-b", "side", "HEAD~1");
      desk.pushing(["merge", "-q", "--no-edit", "main"]);
    }
    const read = ({ desk, log }: typeof plain): string => readFileSync(log, "utf8").replaceAll(desk.remote, "REMOTE");
    expect(read(plain)).toContain("pre-push origin REMOTE\nrefs/heads/main ");
    expect(read(plain)).toContain("post-merge 0\n");
    expect(read(beside)).toBe(read(plain));
    beside.desk.call(["hook", "uninstall"]);
    expect(contentsOf(beside.desk.hooks)).toEqual(before);
  });

  it("of other kinds run first: a script of Node, a binary, a link to a script, one that reads nothing", () => {
    const kinds: ((hooks: string, log: string) => void)[] = [
      (hooks, log) => script(join(hooks, "pre-push"), `#!${node}\nrequire("node:fs").writeFileSync(${JSON.stringify(log)}, require("node:fs").readFileSync(0));\n`),
      (hooks, log) => {
        cpSync("/bin/true", join(hooks, "pre-push"));
        script(log, "refs/heads");
      },
      (hooks, log) => {
        script(join(hooks, "..", "..", "scripts", "push.sh"), witness(log));
        symlinkSync("../../scripts/push.sh", join(hooks, "pre-push"));
      },
      (hooks, log) => script(join(hooks, "pre-push"), `#!/bin/sh -e\necho refs/heads > '${log}'\nfalse || exit 0\n`),
      (hooks, log) => script(join(hooks, "pre-push"), `#!/usr/bin/env sh\ncase $0 in */pre-push) cat > '${log}' ;; esac`),
    ];
    for (const kind of kinds) {
      const desk = bare();
      const log = join(makeFolder(), "log");
      kind(desk.hooks, log);
      const before = contentsOf(desk.hooks);
      desk.call(["hook", "install"]);
      const answer = ship(desk);
      expect({ kind: String(kind), status: answer.status, said: said(answer) }).toEqual({ kind: String(kind), status: 0, said: asked });
      expect(readFileSync(log, "utf8")).toContain("refs/heads");
      desk.call(["hook", "uninstall"]);
      expect(contentsOf(desk.hooks)).toEqual(before);
    }
  });

  it("that fail count, and ours does not run", () => {
    const desk = bare();
    script(join(desk.hooks, "pre-push"), "#!/bin/sh\necho no >&2\nexit 3\n");
    script(join(desk.hooks, "reference-transaction"), "#!/bin/sh\n! { [ \"$1\" = prepared ] && grep -q refs/heads/forbidden; }\n");
    cpSync("/bin/false", join(desk.hooks, "post-merge"));
    desk.write("shipnote.config.json", '{ "environments": { "production": { "branches": ["main"], "tags": ["v*"] } } }');
    desk.call(["hook", "install"]);
    desk.git("tag", "v1");
    const answer = desk.pushing(["push", "origin", "v1"]);
    expect([answer.status, said(answer)]).toEqual([1, []]);
    expect(desk.git("ls-remote", "--tags", "origin")).toBe("");
    expect(desk.pushing(["branch", "forbidden"]).status).not.toBe(0);
    expect(desk.pushing(["branch", "allowed"]).status).toBe(0);
    desk.commit("Next", { "a.txt": "2\n" });
    expect(said(desk.pushing(["push", "-q", "--no-verify"]))).toEqual(asked);
  });

  it("that may not be executed stay off", () => {
    const desk = bare();
    script(join(desk.hooks, "pre-push"), "#!/bin/sh\nexit 3\n", 0o644);
    const before = contentsOf(desk.hooks);
    desk.call(["hook", "install"]);
    expect(said(ship(desk))).toEqual(asked);
    desk.call(["hook", "uninstall"]);
    expect(contentsOf(desk.hooks)).toEqual(before);
  });

  it("that are links to nothing are kept as such", () => {
    const desk = bare();
    symlinkSync("../nowhere", join(desk.hooks, "pre-push"));
    const before = contentsOf(desk.hooks);
    desk.call(["hook", "install"]);
    expect(said(ship(desk))).toEqual(asked);
    desk.call(["hook", "uninstall"]);
    expect(contentsOf(desk.hooks)).toEqual(before);
  });

  it("that run what they found in their place do not run ours again and again", () => {
    const desk = bare();
    script(join(desk.hooks, "pre-push"), '#!/bin/sh\nlegacy=${0%/*}/pre-push.legacy\n[ ! -x "$legacy" ] || "$legacy" "$@"\n');
    desk.call(["hook", "install"]);
    cpSync(join(desk.hooks, "pre-push"), join(desk.hooks, "pre-push.legacy"));
    expect(said(ship(desk))).toEqual(asked);
    // A manager would stumble over it.
    desk.call(["hook", "install"]);
    expect(hooksIn(desk.hooks)).not.toContain("pre-push.legacy");
  });

  it("that come in the place of ours later stay at uninstall, and are kept at install", () => {
    const desk = bare();
    desk.call(["hook", "install"]);
    rmSync(join(desk.hooks, "pre-push"));
    script(join(desk.hooks, "pre-push"), "#!/bin/sh\nexit 0\n");
    expect(desk.call(["hook", "status"])).toMatchObject({ status: 1, stdout: expect.stringContaining("In the way: pre-push is another's again: shipnote hook install") as string });
    desk.call(["hook", "install"]);
    expect(desk.call(["hook", "status"]).status).toBe(0);
    desk.call(["hook", "uninstall"]);
    expect(hooksIn(desk.hooks)).toEqual(["pre-push"]);
    expect(readFileSync(join(desk.hooks, "pre-push"), "utf8")).toBe("#!/bin/sh\nexit 0\n");
  });
});

describe("other folders of hooks", () => {
  it.each([["relative", () => "tools/hooks"], ["absolute", (desk: Desk) => join(desk.directory, ".git", "own hooks")], ["with a tilde", () => "~/hooks"]])("core.hooksPath, %s", (_name, pathIn) => {
    const desk = bare();
    const path = pathIn(desk);
    desk.git("config", "core.hooksPath", path);
    const home = desk.directory;
    const folder = path.startsWith("/") ? path : join(desk.directory, path.replace("~/", ""));
    const before = contentsOf(folder);
    const env = { HOME: home };
    expect(desk.call(["hook", "install"], { env })).toMatchObject({ status: 0 });
    expect(hooksIn(folder)).toEqual(ours);
    desk.commit("Next", { "a.txt": "2\n" });
    expect(said(desk.pushing(["push", "-q"], { env }))).toEqual(asked);
    desk.call(["hook", "uninstall"], { env });
    expect(contentsOf(folder)).toEqual(before);
    expect(hooksIn(desk.hooks)).toEqual([]);
  });

  it("that other repositories share are refused without --shared", () => {
    const desk = bare();
    const folder = join(makeFolder(), "hooks");
    mkdirSync(folder);
    const config = join(makeFolder(), "gitconfig");
    script(config, `[core]\n\thooksPath = ${folder}\n`, 0o644);
    const env = { GIT_CONFIG_GLOBAL: config };
    const refused = desk.call(["hook", "install", "--json"], { env });
    expect([refused.status, failure(refused).code]).toEqual([3, "hooks-shared"]);
    expect(failure(refused).expected).toContain("--shared");
    expect(hooksIn(folder)).toEqual([]);
    expect(desk.call(["hook", "install", "--shared"], { env }).status).toBe(0);
    desk.commit("Next", { "a.txt": "2\n" });
    expect(said(desk.pushing(["push", "-q"], { env }))).toEqual(asked);
    desk.call(["hook", "uninstall"], { env });
    expect(hooksIn(folder)).toEqual([]);
    // The same by the repository's own configuration, for the folder is not its own.
    desk.git("config", "core.hooksPath", folder);
    expect(failure(desk.call(["hook", "install", "--json"])).message).toContain("lie outside of this repository");
  });

  it("whose hooks are files of the repository: those stay alone, and the rest is said not to be committed", () => {
    const desk = bare();
    desk.commit("Hooks", { "tools/hooks/pre-push": "#!/bin/sh\nexit 0\n" });
    script(join(desk.directory, "tools/hooks/pre-push"), "#!/bin/sh\nexit 0\n");
    desk.commit("May run");
    desk.git("config", "core.hooksPath", "tools/hooks");
    const answer = desk.call(["hook", "install"]);
    expect(answer.stderr).toContain("pre-push is a file of this repository and was left alone");
    expect(answer.stderr).toContain("Do not commit what was put into");
    expect(desk.git("status", "--short")).toBe("?? tools/hooks/post-merge\n?? tools/hooks/reference-transaction");
    expect(desk.call(["hook", "status"]).status).toBe(0);
    expect(said(desk.pushing(["push", "-q"]))).toEqual(asked);
    desk.call(["hook", "uninstall"]);
    expect(desk.git("status", "--short")).toBe("");
  });

  it("that git is told to look in later: status says so, install moves ours, uninstall finds them all", () => {
    const desk = bare();
    desk.call(["hook", "install"]);
    desk.git("config", "core.hooksPath", ".own");
    const answer = desk.call(["hook", "status"]);
    expect(answer.status).toBe(1);
    expect(answer.stdout).toContain(`In the way: git looks for hooks here now (core.hooksPath), and ours are in ${desk.hooks}: shipnote hook install`);
    desk.call(["hook", "install"]);
    expect(hooksIn(desk.hooks)).toEqual([]);
    expect(hooksIn(join(desk.directory, ".own"))).toEqual(ours);
    desk.git("config", "--unset", "core.hooksPath");
    desk.call(["hook", "uninstall"]);
    expect(existsSync(join(desk.directory, ".own"))).toBe(false);
  });

  it("of linked worktrees are the repository's", () => {
    const desk = bare();
    const folder = join(makeFolder(), "linked");
    desk.git("worktree", "add", "-q", "-b", "mine", folder);
    const linked = deskAt(folder, desk.remote);
    expect(linked.call(["hook", "install"]).status).toBe(0);
    expect(hooksIn(desk.hooks)).toEqual(ours);
    expect(said(ship(linked))).toEqual(asked);
    expect(desk.call(["hook", "status"]).status).toBe(0);
    expect(linked.call(["hook", "uninstall"]).status).toBe(0);
    expect(hooksIn(desk.hooks)).toEqual([]);
  });

  it("that a template filled are kept", () => {
    const template = makeFolder();
    const log = join(makeFolder(), "log");
    script(join(template, "hooks", "pre-push"), witness(log));
    script(join(template, "hooks", "commit-msg"), witness(log));
    const folder = join(makeFolder(), "work");
    run("/", ["git", "init", "-q", "-b", "main", `--template=${template}`, folder]);
    const desk = deskAt(folder, join(makeFolder(), "remote.git"));
    run("/", ["git", "init", "-q", "--bare", desk.remote]);
    desk.git("remote", "add", "origin", desk.remote);
    const hooks = join(folder, ".git", "hooks");
    const before = contentsOf(hooks);
    desk.call(["hook", "install"]);
    expect(said(ship(desk))).toEqual(asked);
    expect(readFileSync(log, "utf8")).toMatch(/commit-msg [\s\S]*pre-push origin/);
    desk.call(["hook", "uninstall"]);
    expect(contentsOf(hooks)).toEqual(before);
  });
});

function hooksEmpty(hooks: string): void {
  rmSync(hooks, { recursive: true });
  mkdirSync(hooks);
}
