import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A line of a CI configuration that writes a record. */
export interface RecordingJob {
  /** Relative to the root. */
  path: string;
  /** From 1. */
  line: number;
}

/** Flags may stand before the command, some with a value. */
const recording = /\bshipnote(?:@[\w.^~-]+)?\s+(?:-\S+\s+(?:[^-\s]\S*\s+)?)*record\b/;

/** Files and folders of files that tell a CI what to run. */
const places = [
  ".github/workflows", ".github/actions", ".gitlab-ci.yml", ".gitlab", ".forgejo/workflows", ".gitea/workflows", ".woodpecker", ".woodpecker.yml", ".woodpecker.yaml",
  ".circleci", ".buildkite", ".travis.yml", ".drone.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", "Jenkinsfile", "cloudbuild.yaml",
  // What a CI calls that has no file of its own here.
  "ci",
];

/** Lines that call `shipnote record`, as far as files in the usual places say so themselves; a comment is none. */
export function recordingJobs(root: string): RecordingJob[] {
  return places.flatMap((place) => filesAt(root, place)).flatMap((path) =>
    textOf(join(root, path)).split("\n").flatMap((text, place) =>
      /^\s*(?:#|\/\/)/.test(text) || !recording.test(text) ? [] : [{ path, line: place + 1 }]));
}

function filesAt(root: string, place: string): string[] {
  const names = namesIn(join(root, place));
  if (names !== null) return names.sort().flatMap((name) => filesAt(root, `${place}/${name}`));
  return /(?:\.(?:ya?ml|json|groovy|sh)|Jenkinsfile)$/.test(place) ? [place] : [];
}

function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder);
  } catch {
    return null;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
