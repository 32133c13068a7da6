import type { Output, OutputRecorder } from "./execute-tail.ts";

/** The SHA-256 of nothing. */
const nothing: Output = { tail: "", bytes: 0, sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" };

/** Records an output; what that takes is loaded once there is any, so that a silent command does not wait for it. */
export function recordLazily(): { push: (chunk: Buffer) => void; end: () => Promise<Output> } {
  const early: Buffer[] = [];
  let recorder: OutputRecorder | null = null;
  let loading: Promise<void> | null = null;
  const load = async (): Promise<void> => {
    const loaded = (await import("./execute-tail.ts")).recordOutput();
    for (const chunk of early.splice(0)) loaded.push(chunk);
    recorder = loaded;
  };
  return {
    push(chunk) {
      if (recorder !== null) recorder.push(chunk);
      else {
        // The memory of a chunk is used again for the next.
        early.push(Buffer.from(chunk));
        loading ??= load();
      }
    },
    async end() {
      await loading;
      return recorder?.end() ?? nothing;
    },
  };
}
