import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import type { Machine } from "../record/schema.ts";

/** Files that hold an id made when the machine was set up, in the order in which they are trusted. */
const idFiles = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/**
 * The machine that measures. The fingerprint is a hash of what tells it from others, and of the repository, so
 * that records of two repositories cannot be matched by it; no host's and no user's name goes into it.
 *
 * @param repository what identifies the repository
 */
export function describeMachine(repository: string): Machine {
  const processors = cpus();
  const facts = {
    os: platform(),
    arch: arch(),
    cpu: processors[0]?.model.trim() || "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
  };
  const identity = JSON.stringify([repository, machineId(), ...Object.values(facts)]);
  return { ...facts, fingerprint: createHash("sha256").update(identity).digest("hex").slice(0, 16) };
}

function machineId(): string {
  for (const path of idFiles) {
    try {
      const id = readFileSync(path, "utf8").trim();
      if (id !== "") return id;
    } catch {
      // Not on this system: the next one, else the machine's build alone has to do.
    }
  }
  return "";
}
