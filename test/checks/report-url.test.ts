import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { type ReportCheck, startReport } from "../../src/checks/report.ts";
import { type Ending, stubRun } from "./stub.ts";
import { closeServers, serve, serveRaw } from "./servers.ts";

afterAll(closeServers);

const page = "# TYPE queue_depth gauge\nqueue_depth 12\n# TYPE up gauge\nup{job=\"web\"} 1\n";

async function run(known: Partial<ReportCheck>, endings: Ending[] = []): Promise<unknown> {
  const check = { report: "", format: null, command: null, rounds: 1, timeout: 5000, metrics: {}, ...known };
  const started = startReport("page", check, { directory: "/nowhere", run: stubRun({ make: endings }).run });
  for (let round = 1; round <= started.rounds; round += 1) await started.round(round);
  const { metrics, problem } = started.finish();
  return problem?.message ?? metrics.map(({ metric, value, samples }) => [metric, value ?? samples]);
}

describe("a report that a server has", () => {
  it("is read from the answer", async () => {
    const { origin } = await serve((_, response) => response.end(page));
    expect(await run({ report: `${origin}/metrics` })).toEqual([["queue_depth", 12], ['up{job="web"}', 1]]);
    expect(await run({ report: `${origin}/metrics`, metrics: { up: {} } })).toEqual([['up{job="web"}', 1]]);
    expect(await run({ report: `${origin}/metrics`, metrics: { up: {}, down: {} } })).toBe("The report of page does not hold down.");
    expect(await run({ report: `${origin}/metrics`, format: "size" })).toEqual([["size", page.length]]);
  });

  it("is asked for once a round, after the command of the round", async () => {
    let depth = 0;
    const { origin } = await serve((_, response) => response.end(`# TYPE d gauge\nd ${depth}\n`));
    const act = (): void => {
      depth += 5;
    };
    expect(await run({ report: origin, command: "make", rounds: 3 }, [{ act }])).toEqual([["d", [5, 10, 15]]]);
    expect(await run({ report: origin, rounds: 2 })).toEqual([["d", [15, 15]]]);
    await expect(run({ report: origin, command: "make" }, [{ exitCode: 127 }])).rejects.toMatchObject({ code: "check-failed", message: expect.stringContaining("could not be run") });
  });

  it("may be asked for with a secret, which no message shows", async () => {
    process.env["SHIPNOTE_TEST_TOKEN"] = "t0psecret";
    const asked: (string | undefined)[] = [];
    const { origin } = await serve((request, response) => {
      asked.push(request.url, request.headers.authorization);
      response.writeHead(403).end();
    });
    const report = `${origin.replace("//", "//me:pass@")}/metrics?token=\${SHIPNOTE_TEST_TOKEN}`;
    await expect(run({ report })).rejects.toMatchObject({
      code: "check-failed", exitStatus: 4, message: `There is no report at ${origin}/metrics?token=\${SHIPNOTE_TEST_TOKEN}: it answered 403.`,
    });
    expect(asked).toEqual(["/metrics?token=t0psecret", `Basic ${Buffer.from("me:pass").toString("base64")}`]);
    delete process.env["SHIPNOTE_TEST_TOKEN"];
    await expect(run({ report })).rejects.toThrow("The environment variable SHIPNOTE_TEST_TOKEN is not set");
  });

  it.each<[string, (origin: string) => { status: number; headers?: Record<string, string>; body?: string | Buffer }, RegExp]>([
    ["redirects", (origin) => ({ status: 302, headers: { location: `${origin}/other` } }), /it answered 302/],
    ["has none", () => ({ status: 404, body: page }), /it answered 404/],
    ["fails", () => ({ status: 500 }), /it answered 500/],
    ["answers compressed", () => ({ status: 200, headers: { "content-encoding": "gzip" }, body: gzipSync(page) }), /came compressed/],
  ])("is none where the server %s", async (_, answer, message) => {
    let origin = "";
    ({ origin } = await serve((_, response) => {
      const { status, headers = {}, body = "" } = answer(origin);
      response.writeHead(status, headers).end(body);
    }));
    await expect(run({ report: origin })).rejects.toMatchObject({ code: "check-failed", exitStatus: 4, message: expect.stringMatching(message) });
  });

  it("is none where nothing listens, nothing comes, or it ends too early", async () => {
    const silent = await serve(() => {});
    await expect(run({ report: silent.origin, timeout: 100 })).rejects.toMatchObject({ code: "check-failed", message: expect.stringContaining("no whole answer within 0.1 s") });
    const cut = await serveRaw((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n# TYPE"));
    await expect(run({ report: cut.origin })).rejects.toMatchObject({ code: "check-failed" });
    await expect(run({ report: "http://127.0.0.1:1/" })).rejects.toMatchObject({ code: "check-failed", message: expect.stringContaining("connection refused") });
  });

  it("is refused where it is very large", async () => {
    const { origin } = await serve((_, response) => {
      const part = Buffer.alloc(1024 * 1024, "a");
      let left = 65;
      const send = (): void => {
        while (left > 0) {
          left -= 1;
          if (!response.write(part)) {
            response.once("drain", send);
            return;
          }
        }
        response.end();
      };
      send();
    });
    await expect(run({ report: origin })).rejects.toMatchObject({ code: "report-invalid", message: `${origin} is too large to be read as a report: 65 MiB.` });
  });

  it("is refused where it is of no known format", async () => {
    const { origin } = await serve((_, response) => response.end("<html>Sign in</html>"));
    await expect(run({ report: origin })).rejects.toMatchObject({ code: "report-invalid" });
  });
});
