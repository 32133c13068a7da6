/**
 * Ends this process as a signal would, once the git whose hook asks is gone: somebody has killed it, and has the
 * terminal back. The hook (templates/hook.sh) says which process that is, for it stands in between and does not end with it.
 */
export function endWithGit(): void {
  const git = Number(process.env["SHIPNOTE_GIT"] ?? "");
  if (!Number.isInteger(git) || git <= 1) return;
  setInterval(() => {
    if (!isRunning(git)) process.kill(process.pid, "SIGTERM");
  }, 500).unref();
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // There, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
