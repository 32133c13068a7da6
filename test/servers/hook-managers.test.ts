import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contentsOf, script } from "../e2e/hook-place-rig.ts";
import { type Desk, makeDesk, run, said } from "../e2e/hook-rig.ts";
import { makeFolder, removeAll } from "../e2e/life.ts";

/* Beside the real managers of hooks: theirs run as before, ours as well; what one of them writes anew can be mended. */

let modules: string;

beforeAll(() => {
  modules = makeFolder();
  writeFileSync(join(modules, "package.json"), '{"private":true}');
  execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error", "husky@9.1.7", "lefthook@2.2.2", "simple-git-hooks@2.14.0"], { cwd: modules, stdio: ["ignore", "ignore", "inherit"] });
}, 300_000);
afterAll(removeAll);

const theirs = ["pre-commit", "pre-push", "post-merge"];

/** A manager that runs a line of shell for each of `theirs`. */
interface Manager {
  configure: (desk: Desk, line: (hook: string) => string) => void;
  install: readonly string[];
  uninstall: readonly string[] | null;
  /** Where its hooks stand, in the work tree. */
  folder: string;
  /** What is in the way of ours once it is installed again. */
  gone: readonly string[];
}

const overwritten = ["pre-push is another's again", "post-merge is another's again"];

const managers: Record<string, Manager> = {
  "husky 9": {
    configure: (desk, line) => {
      for (const hook of theirs) desk.write(`.husky/${hook}`, `${line(hook)}\n`);
    },
    install: ["node_modules/.bin/husky"], uninstall: null, folder: ".husky/_", gone: overwritten,
  },
  "lefthook 2": {
    configure: (desk, line) => desk.write("lefthook.yml", theirs.map((hook) => `${hook}:\n  jobs:\n    - run: ${line(hook)}\n`).join("")),
    install: ["node_modules/.bin/lefthook", "install"], uninstall: ["node_modules/.bin/lefthook", "uninstall"], folder: ".git/hooks", gone: overwritten,
  },
  "simple-git-hooks 2": {
    configure: (desk, line) => desk.write("package.json", JSON.stringify({ "simple-git-hooks": Object.fromEntries(theirs.map((hook) => [hook, line(hook)])) })),
    install: ["node_modules/.bin/simple-git-hooks"], uninstall: null, folder: ".git/hooks", gone: ["the hooks that were installed are gone"],
  },
  "pre-commit 3": {
    configure: (desk, line) => {
      const hooks = theirs.map((hook) => `      - { id: ${hook}-line, name: ${hook}, language: system, entry: sh -c '${line(hook)}', pass_filenames: false, always_run: true, stages: [${hook === "pre-commit" ? "commit" : hook === "pre-push" ? "push" : hook}] }\n`);
      desk.write(".pre-commit-config.yaml", `repos:\n  - repo: local\n    hooks:\n${hooks.join("")}`);
    },
    install: ["pre-commit", "install", ...theirs.flatMap((hook) => ["-t", hook])],
    uninstall: ["pre-commit", "uninstall", ...theirs.flatMap((hook) => ["-t", hook])],
    folder: ".git/hooks", gone: overwritten,
  },
};

interface Managed extends Desk {
  manage: (command: readonly string[]) => void;
  contents: () => Record<string, string>;
  /** Commits, pushes and merges. @returns which of the manager's hooks ran, in their order, and what shipnote said */
  work: () => { ran: string; said: string[] };
  status: () => { status: number | null; stdout: string };
}

function managed({ configure, folder }: Manager): Managed {
  const desk = makeDesk({ install: null });
  const log = join(makeFolder(), "log");
  const env = { PRE_COMMIT_HOME: makeFolder(), HOME: makeFolder() };
  symlinkSync(join(modules, "node_modules"), join(desk.directory, "node_modules"));
  configure(desk, (hook) => `echo ${hook} >> ${log}`);
  desk.commit("Manage hooks", { ".gitignore": "node_modules\n" });
  desk.git("push", "-q");
  let count = 0;
  return {
    ...desk,
    manage(command) {
      const { status, stdout, stderr } = run(desk.directory, command, env);
      if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}: ${stdout}${stderr}`);
    },
    contents: () => contentsOf(join(desk.directory, folder)),
    work() {
      writeFileSync(log, "");
      count += 1;
      desk.write("a.txt", `change ${count}\n`);
      const steps = [
        desk.pushing(["commit", "-q", "-am", `Change ${count}`], { env }), desk.pushing(["push", "-q", "origin", "main"], { env }),
        desk.pushing(["checkout", "-q", "-b", `side-${count}`, "HEAD~1"], { env }), desk.pushing(["merge", "-q", "--no-edit", "main"], { env }), desk.pushing(["checkout", "-q", "main"], { env }),
      ];
      expect(steps.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0]);
      return { ran: readFileSync(log, "utf8").trim().split("\n").join(" "), said: steps.flatMap(said).map((line) => line.replace(/ and (?:is|are) not .*/, "")) };
    },
    status: () => desk.call(["hook", "status"], { env: { PATH: process.env["PATH"] } }),
  };
}

const all = "pre-commit pre-push post-merge";

describe.each(Object.entries(managers))("%s", (name, manager) => {
  it("is installed first: its hooks run, ours as well, and it stands as before after uninstall", () => {
    const desk = managed(manager);
    desk.manage(manager.install);
    const before = desk.contents();
    expect(desk.work()).toEqual({ ran: all, said: [] });
    expect(desk.call(["hook", "install"])).toMatchObject({ status: 0, stderr: expect.stringContaining(name.split(" ")[0] ?? "") as string });
    expect(desk.status()).toMatchObject({ status: 0, stdout: expect.stringContaining(`beside those of ${name.split(" ")[0]}`) as string });
    expect(desk.work()).toEqual({ ran: all, said: ["shipnote: 1 commit reached production"] });
    desk.call(["hook", "uninstall"]);
    expect(desk.contents()).toEqual(before);
    expect(desk.work()).toEqual({ ran: all, said: [] });
  });

  it("is installed again: status says what is gone, install mends it, and nothing runs twice", () => {
    const desk = managed(manager);
    desk.manage(manager.install);
    const before = desk.contents();
    desk.call(["hook", "install"]);
    for (const round of [1, 2]) {
      desk.manage(manager.install);
      const told = desk.status();
      expect(told.status).toBe(1);
      for (const line of manager.gone) expect(told.stdout).toContain(`In the way: ${line}: shipnote hook install\n`);
      expect(desk.call(["hook", "install"]).status).toBe(0);
      expect(desk.status()).toMatchObject({ status: 0 });
      expect(desk.work()).toEqual({ ran: all, said: [`shipnote: ${round === 1 ? "1 commit" : "2 commits"} reached production${round === 1 ? "" : " (with what was postponed)"}`] });
    }
    desk.call(["hook", "uninstall"]);
    expect(desk.contents()).toEqual(before);
  });

  it("comes after ours: status says so, install mends it, and uninstall leaves it alone", () => {
    const desk = managed(manager);
    desk.call(["hook", "install"]);
    desk.manage(manager.install);
    expect(desk.status().status).toBe(1);
    expect(desk.call(["hook", "install"]).status).toBe(0);
    expect(desk.status().status).toBe(0);
    expect(desk.work()).toEqual({ ran: all, said: ["shipnote: 1 commit reached production"] });
    desk.call(["hook", "uninstall"]);
    const after = desk.contents();
    expect(Object.keys(after).filter((path) => /shipnote|reference-transaction$/.test(path))).toEqual([]);
    expect(desk.work()).toEqual({ ran: all, said: [] });
    desk.manage(manager.install);
    expect(desk.contents()).toEqual(after);
  });
});

describe.each(Object.entries(managers).flatMap(([name, manager]) => (manager.uninstall === null ? [] : [[name, manager, manager.uninstall] as const])))("%s taken away", (_name, manager, uninstall) => {
  it("while ours stand leaves nothing of its own that runs, and ours can be taken away after it", () => {
    const desk = managed(manager);
    const before = desk.contents();
    desk.manage(manager.install);
    desk.call(["hook", "install"]);
    desk.manage(uninstall);
    desk.call(["hook", "install"]);
    expect(desk.work()).toEqual({ ran: "", said: ["shipnote: 1 commit reached production"] });
    desk.call(["hook", "uninstall"]);
    expect(Object.keys(desk.contents()).filter((path) => !(path in before) && !path.endsWith("/info/"))).toEqual([]);
  });

  it("puts back the hook of the user that ours had stood in the place of before it came", () => {
    const desk = managed(manager);
    const path = join(desk.directory, ".git/hooks/pre-push");
    script(path, "#!/bin/sh\nexit 0\n");
    const before = desk.contents();
    desk.call(["hook", "install"]);
    desk.manage(manager.install);
    desk.call(["hook", "install"]);
    expect(desk.status()).toMatchObject({ status: 0 });
    desk.call(["hook", "uninstall"]);
    desk.manage(uninstall);
    expect(Object.keys(desk.contents()).filter((file) => !(file in before) && !file.endsWith("/info/"))).toEqual([]);
    expect(readFileSync(path, "utf8")).toBe("#!/bin/sh\nexit 0\n");
  });

  it("puts back the hook of the user that it had put aside", () => {
    const desk = managed(manager);
    script(join(desk.directory, ".git/hooks/pre-push"), "#!/bin/sh\nexit 0\n");
    desk.manage(manager.install);
    desk.call(["hook", "install"]);
    desk.manage(manager.install);
    desk.call(["hook", "install"]);
    desk.call(["hook", "uninstall"]);
    desk.manage(uninstall);
    expect(readFileSync(join(desk.directory, ".git/hooks/pre-push"), "utf8")).toBe("#!/bin/sh\nexit 0\n");
  });
});

describe("pre-commit", () => {
  it("runs the hook of the user that ours had stood in the place of, before ours is installed again and after", () => {
    const manager = managers["pre-commit 3"];
    if (manager === undefined) throw new Error("no pre-commit");
    const desk = managed(manager);
    script(join(desk.directory, ".git/hooks/pre-push"), "#!/bin/sh\necho gate >&2\nexit 1\n");
    desk.call(["hook", "install"]);
    desk.manage(manager.install);
    desk.commit("Next", { "a.txt": "2\n" });
    expect(desk.pushing(["push", "-q"])).toMatchObject({ status: 1, stderr: expect.stringContaining("gate\n") as string });
    desk.call(["hook", "install"]);
    expect(desk.pushing(["push", "-q"])).toMatchObject({ status: 1, stderr: expect.stringContaining("gate\n") as string });
  });
});

describe("simple-git-hooks", () => {
  it("leaves ours where its configuration says so, as `hook install` advises", () => {
    const manager = managers["simple-git-hooks 2"];
    if (manager === undefined) throw new Error("no simple-git-hooks");
    const desk = managed(manager);
    const [advice] = /"preserveUnused": \[.*?\]/.exec(desk.call(["hook", "install"]).stderr) ?? [""];
    desk.write("package.json", `{ "simple-git-hooks": { "pre-commit": "true", ${advice} } }`);
    desk.manage(manager.install);
    expect(desk.status().status).toBe(0);
  });
});

describe("husky", () => {
  it("switched off leaves ours on", () => {
    const manager = managers["husky 9"];
    if (manager === undefined) throw new Error("no husky");
    const desk = managed(manager);
    desk.manage(manager.install);
    desk.call(["hook", "install"]);
    desk.commit("Next", { "a.txt": "2\n" });
    expect(said(desk.pushing(["push", "-q"], { env: { HUSKY: "0" } }))).toEqual([expect.stringContaining("reached production")]);
    expect(existsSync(join(desk.directory, ".husky/_/reference-transaction"))).toBe(true);
    expect(desk.git("status", "--short")).toBe("");
  });
});
