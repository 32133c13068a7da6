import type { ChangedFile } from "../record/schema.ts";

/** One side of a change: what stands there in the tree. */
export interface RawSide {
  type: "nothing" | "file" | "symlink" | "submodule";
  /** The blob, or the commit of a submodule; zeros for nothing. */
  id: string;
}

/** One entry of `git diff --raw`, with its line counts where `--numstat` was asked for. */
export interface RawChange {
  path: string;
  previousPath: string | null;
  status: ChangedFile["status"];
  before: RawSide;
  after: RawSide;
  /** null for binaries, and where no counts were asked for. */
  added: number | null;
  deleted: number | null;
  binary: boolean;
}

const statuses: Record<string, ChangedFile["status"]> = {
  A: "added", M: "modified", D: "deleted", R: "renamed", C: "copied", T: "typechanged",
};

/**
 * Reads the fields of `git diff -z --raw --no-abbrev [--numstat]`: first all raw entries
 * (`:100644 100644 <id> <id> R087`, path, and for renames and copies the new path),
 * then all counts (`added TAB deleted TAB path`, or with an empty path, then old and new path).
 */
export function parseDiff(fields: readonly string[]): RawChange[] {
  const changes = new Map<string, RawChange>();
  let place = 0;
  const next = (): string => fields[place++] ?? "";
  while (fields[place]?.startsWith(":")) {
    const [modeBefore = "", modeAfter = "", idBefore = "", idAfter = "", letter = ""] = next().slice(1).split(" ");
    const status = statuses[letter.charAt(0)] ?? "modified";
    const first = next();
    const moved = status === "renamed" || status === "copied";
    const path = moved ? next() : first;
    changes.set(path, {
      path,
      previousPath: moved ? first : null,
      status,
      before: { type: typeOf(modeBefore), id: idBefore },
      after: { type: typeOf(modeAfter), id: idAfter },
      added: null,
      deleted: null,
      binary: false,
    });
  }
  while (place < fields.length) {
    // A path may hold tabs; the counts do not.
    const [, added = "", deleted = "", sameName = ""] = /^([^\t]*)\t([^\t]*)\t(.*)$/s.exec(next()) ?? [];
    if (sameName === "") next();
    const change = changes.get(sameName === "" ? next() : sameName);
    if (change === undefined) continue;
    if (added === "-") change.binary = true;
    else {
      change.added = Number(added);
      change.deleted = Number(deleted);
    }
  }
  return [...changes.values()];
}

function typeOf(mode: string): RawSide["type"] {
  if (mode === "160000") return "submodule";
  if (mode === "120000") return "symlink";
  return mode === "000000" ? "nothing" : "file";
}
