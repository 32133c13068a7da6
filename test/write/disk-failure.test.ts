import { describe, expect, it } from "vitest";
import { errorCode, Failure } from "../../src/failure.ts";
import { diskFailure } from "../../src/write/disk-failure.ts";

const systemError = (code: string): Error => Object.assign(new Error(`${code}: x`), { code });

describe("diskFailure", () => {
  it.each([
    ["ENOSPC", "disk-full"], ["EDQUOT", "disk-full"],
    ["EACCES", "not-writable"], ["EPERM", "not-writable"], ["EROFS", "not-writable"],
    ["ENOTDIR", "notes-unsafe"], ["EISDIR", "notes-unsafe"], ["EEXIST", "notes-unsafe"], ["ELOOP", "notes-unsafe"],
  ])("says what %s means", (system, code) => {
    const cause = systemError(system);
    const failure = diskFailure(cause, "/notes/a.md");
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code, exitStatus: 3, retry: true, cause, message: expect.stringContaining("/notes/a.md") });
  });

  it.each([systemError("EIO"), new Error("defect"), "text", new Failure("disk-full", "x", { expected: "y", retry: true })])(
    "leaves other errors as they are: %s",
    (error) => {
      expect(diskFailure(error, "/a")).toBe(error);
    },
  );

  it("reads the system's word for an error", () => {
    expect([errorCode(systemError("ENOENT")), errorCode(new Error("x")), errorCode(null)]).toEqual(["ENOENT", null, null]);
  });
});
