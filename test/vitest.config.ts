import { defineConfig } from "vitest/config";

/*
 * unit: through exports of src/, no packed tool.
 * e2e: the packed tarball, installed elsewhere (packed once, in packed-tool.ts).
 * servers: what needs Debian packages; started by .ci/run only.
 */
const e2e = ["test/e2e/**/*.test.ts", "test/golden/**/*.test.ts", "test/transcripts/**/*.test.ts", "test/docs.test.ts"];

// .ci/run adds the reports up.
const reports = process.env["SHIPNOTE_TEST_REPORTS"];

export default defineConfig({
  test: {
    reporters: reports === undefined ? ["default"] : ["default", ["json", { outputFile: `${reports}/${process.pid}.json` }]],
    projects: [
      {
        test: {
          name: "unit",
          root: new URL("..", import.meta.url).pathname,
          include: ["test/**/*.test.ts"],
          exclude: [...e2e, "test/servers/**"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "e2e",
          root: new URL("..", import.meta.url).pathname,
          include: e2e,
          globalSetup: ["test/packed-tool.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "servers",
          root: new URL("..", import.meta.url).pathname,
          include: ["test/servers/**/*.test.ts"],
          globalSetup: ["test/packed-tool.ts"],
          // What one file measures must not be disturbed by what another loads.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
