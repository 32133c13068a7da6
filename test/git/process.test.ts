import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { pipeGit, runGit } from "../../src/git/process.ts";

const options = { cwd: tmpdir() };
const all = () => true;

test("runGit hands over bytes, and what is written to stdin", async () => {
  const { stdout } = await runGit(["hash-object", "--stdin"], { ...options, input: Buffer.from([0xff, 0]) });
  // printf 'blob 2\0\377\0' | sha1sum
  expect(stdout.toString()).toBe("5d983463ed9b1bcb008a040949025e83abf576d1\n");
});

test("runGit names the command that failed and what it said", async () => {
  await expect(runGit(["-c", "a.b=c", "no-such-command"], options)).rejects.toMatchObject({
    code: "git-failed", message: expect.stringMatching(/git no-such-command failed \(exit status 1\): git: 'no-such-command'/),
  });
});

test("runGit lets an allowed exit status pass", async () => {
  expect((await runGit(["no-such-command"], { ...options, allow: [1] })).status).toBe(1);
});

test("runGit does not mind a git that leaves before it has read its input", async () => {
  const { stdout } = await runGit(["version"], { ...options, input: Buffer.alloc(4_000_000) });
  expect(stdout.toString()).toMatch(/^git version/);
});

test("pipeGit leads the output of one into the other", async () => {
  const answer = await pipeGit({ args: ["version"], options }, { args: ["stripspace", "--comment-lines"], options }, all);
  expect(answer?.stdout.toString()).toMatch(/^# git version/);
});

test("pipeGit is null once it may not go on", async () => {
  const forever = { args: ["-c", "alias.forever=!yes", "forever"], options };
  expect(await pipeGit(forever, { args: ["stripspace"], options }, () => false)).toBeNull();
});

test.each([
  ["first", ["no-such-command"], ["stripspace"]],
  ["second", ["version"], ["no-such-command"]],
])("pipeGit fails where the %s fails", async (_, first, second) => {
  await expect(pipeGit({ args: first, options }, { args: second, options }, all)).rejects.toMatchObject({
    code: "git-failed", message: expect.stringContaining("no-such-command"),
  });
});

test("a folder that is gone is told from a git that is missing", async () => {
  await expect(runGit(["version"], { cwd: "/nonexistent/folder" })).rejects.toMatchObject({ code: "not-a-repository" });
  await expect(runGit(["version"], { ...options, env: { PATH: "/nonexistent" } })).rejects.toMatchObject({ code: "git-missing" });
});
