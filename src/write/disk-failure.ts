import { errorCode, Failure } from "../failure.ts";

/** The same error as a Failure where the surroundings are to blame, else as it is. */
export function diskFailure(error: unknown, path: string): unknown {
  switch (errorCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return new Failure("disk-full", `There is no room to write ${path}.`, {
        expected: "Some free space. What stood there stands as it was.",
        retry: true,
        cause: error,
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new Failure("not-writable", `${path} may not be written.`, {
        expected: "A folder that this user may write to. What stood there stands as it was.",
        retry: true,
        cause: error,
      });
    case "ENOTDIR":
    case "EISDIR":
    case "EEXIST":
    case "ELOOP":
      return unsafe(path, "something that is no plain file or folder is in the way", error);
    default:
      return error;
  }
}

/** What is said where a write would leave the folders it may touch. */
export function unsafe(path: string, why: string, cause?: unknown): Failure {
  return new Failure("notes-unsafe", `${path} is not written: ${why}.`, {
    expected: "Plain files in plain folders, below the folders that shipnote may write to.",
    retry: true,
    cause,
  });
}
