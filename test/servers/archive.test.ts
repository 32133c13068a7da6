import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeAll } from "../e2e/life.ts";
import { type Archive, changes, openArchive } from "./archive.ts";

let archive: Archive;

beforeAll(async () => {
  archive = await openArchive();
});
afterAll(async () => {
  await archive.stop();
  removeAll();
});

function psql(query: string): string {
  return execFileSync("/usr/bin/psql", ["-XAtqc", query], { env: { ...process.env, ...archive.env }, encoding: "utf8" }).trim();
}

const indexes = "select indexname from pg_indexes where tablename = 'comments' order by 1";

describe("the article archive", () => {
  it("shows an article with its comments, and keeps the page in its cache", async () => {
    expect(await archive.page("/articles/142")).toMatchObject({ status: 200, text: expect.stringMatching(/<h1>Article 43<\/h1>.*<h2>14 comments<\/h2>/) });
    expect((await archive.page("/articles/7")).status).toBe(404);
    const statuses: (string | null)[] = [];
    for (let request = 0; request < 3; request += 1) {
      const page = await fetch(`http://127.0.0.1:${archive.env["NGINX_PORT"]}/articles/150`);
      statuses.push(page.headers.get("x-cache-status"));
      await page.text();
    }
    expect(statuses).toEqual(["MISS", "HIT", "HIT"]);
    expect((await archive.page("/metrics")).text).toContain('archive_request_seconds_count{route="/articles/{id}"}');
  });

  it("migrates, and undoes the migration", () => {
    const repository = archive.repository();
    repository.commit("Find comments by their article", { [changes.index.path]: changes.index.text });
    const alembic = (...args: string[]): string => execFileSync("/usr/bin/alembic", args, { cwd: repository.directory, env: { ...process.env, ...archive.env }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    alembic("upgrade", "head");
    expect(psql(indexes)).toBe("comments_by_article\ncomments_pkey");
    alembic("downgrade", "-1");
    expect(psql(indexes)).toBe("comments_pkey");
    expect(psql("select version_num from alembic_version")).toBe("0001");
  });

  it("shows a commit once it is deployed", async () => {
    const repository = archive.repository();
    repository.commit("Count what was said", { "page.py": repository.read("page.py").replace('"1 comment"', '"one comment"').replace("{count} comments", "{count} remarks") });
    repository.deploy();
    expect((await archive.page("/articles/142")).text).toContain("<h2>14 remarks</h2>");
    expect(JSON.parse((await archive.page("/health")).text)).toEqual({ release: repository.git("rev-parse", "HEAD") });
  });

  it("leaves nothing", async () => {
    const other = await openArchive();
    const folder = other.env["FOLDER"] ?? "";
    const groups = readFileSync(join(folder, "groups"), "utf8").trim().split("\n").map(Number);
    expect(groups).toHaveLength(4);
    expect(groups.map(isRunning)).toEqual([true, true, true, true]);
    await other.stop();
    expect(groups.map(isRunning)).toEqual([false, false, false, false]);
    expect(existsSync(folder)).toBe(false);
  });
});

function isRunning(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
