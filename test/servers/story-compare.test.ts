import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { document, type Answer } from "../e2e/tool.ts";
import { removeAll } from "../e2e/life.ts";
import type { Metric } from "../../src/record/schema.ts";
import { type Archive, changes, openArchive, type Repository } from "./archive.ts";
import { keep } from "./kept.ts";

/*
 * A page that takes 40 ms, and one that takes 42: measured in one run, side by side, each from a server of its own.
 * More samples and pairs than by default, for the machine that runs this test may be busy with anything.
 */

let archive: Archive;
let repository: Repository;

const configuration = `checks:
  article:
    http: http://127.0.0.1:\${APP_PORT}/articles/142
    serve: exec python3 -m uvicorn app:app --port $PORT --log-level warning
    ready: /health
    samples: 90
compare: { pairs: 20 }
`;

beforeAll(async () => {
  archive = await openArchive();
  repository = archive.repository();
  repository.commit("Take 40 ms a page", {
    "settings.json": '{ "renderMs": 40, "failEvery": 0 }\n', "shipnote.config.yaml": configuration, [changes.index.path]: changes.index.text,
  });
  repository.ship("run", "--as", "migrate", "--", "alembic", "upgrade", "head");
  repository.deploy();
});
afterAll(async () => {
  await archive.stop();
  removeAll();
});

/** What a comparison says of the article's response time. */
function responseTime(answer: Answer): Metric | undefined {
  expect(answer).toMatchObject({ status: 0 });
  return (document(answer)["metrics"] as Metric[]).find(({ metric }) => metric === "response-time");
}

/** Servers of a side that still run. */
function servers(): string[] {
  return execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).split("\n")
    .filter((args) => args.includes("-m uvicorn app:app") && !args.includes(`--port ${archive.env["APP_PORT"]}`));
}

describe("a change that makes the page 5 % slower", () => {
  it("is found by compare, and nothing stays behind", () => {
    repository.ship("before");
    repository.commit("Draw the page anew", { "settings.json": '{ "renderMs": 42, "failEvery": 0 }\n' });
    repository.deploy();
    const others = servers();
    const answer = repository.tool(["compare", "HEAD~1", "HEAD", "--json"]);
    const compared = responseTime(answer);
    expect(compared?.comparison?.verdict).toBe("regressed");
    const [low = 0, high = 0] = compared?.comparison?.interval ?? [];
    expect(low).toBeGreaterThan(0.8);
    expect(high).toBeLessThan(8);
    expect(servers()).toEqual(others);
    expect(repository.git("worktree", "list").split("\n")).toHaveLength(1);
  });

  it("is in the record of its range, and counts there", () => {
    const after = repository.ship("after");
    const written = repository.record(["--from", "HEAD~1"], { env: archive.env });
    keep("slower", repository, after, written);
    const said = written.record.metrics.filter(({ metric }) => metric === "response-time").map(({ source, comparison }) => [source, comparison?.verdict]);
    expect(said).toContainEqual(["compare", "regressed"]);
    expect(said).not.toContainEqual(["before-after", "improved"]);
    expect(written.record.verdict).toBe("regressed");
  });
});

describe("a change that does nothing", () => {
  it("raises no alarm", () => {
    repository.commitNotes();
    repository.commit("Say what the archive is", { "README.md": "# The archive\n" });
    const answer = repository.tool(["compare", "--json", "HEAD~1", "HEAD"]);
    expect(["unchanged", "unclear"]).toContain(responseTime(answer)?.comparison?.verdict);
  });
});
