import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Metric } from "../../src/record/schema.ts";
import { type Life, lifeAt, makeFolder, type Written } from "../e2e/life.ts";
import { type Answer, type CallOptions, shipnote } from "../e2e/tool.ts";
import { guardServers, type Servers } from "./guarded.ts";

/*
 * The article archive: FastAPI under uvicorn, PostgreSQL behind it, nginx with a page cache before it, Prometheus
 * beside it, from Debian's packages, on loopback, free ports and a folder of its own.
 */

const source = join(import.meta.dirname, "archive");

/** Files that a commit of the story adds. */
export const changes = {
  index: { path: "migrations/versions/0002_comments_by_article.py", text: added("0002_comments_by_article.py") },
  warm: { path: "warm.py", text: added("warm.py") },
} as const;

const python = "/usr/bin/python3";
const postgresql = "/usr/lib/postgresql/15/bin";

/** What has to be there, and the Debian package that has it. */
const programs: readonly (readonly [string, string])[] = [
  [`${postgresql}/postgres`, "postgresql"], ["/usr/bin/psql", "postgresql"], ["/usr/sbin/nginx", "nginx-light"],
  ["/usr/bin/prometheus", "prometheus"], ["/usr/bin/alembic", "alembic"], [python, "python3"],
];
const modules: readonly (readonly [string, string])[] = [
  ["fastapi", "python3-fastapi"], ["uvicorn", "python3-uvicorn"], ["psycopg2", "python3-psycopg2"],
  ["prometheus_client", "python3-prometheus-client"], ["pytest", "python3-pytest"],
];

/** A running archive. */
export interface Archive {
  /** What commands need to know: PGHOST, APP_PORT, NGINX_PORT, PROMETHEUS_PORT, where deploy.py puts the tree … */
  env: Record<string, string>;
  /** A new repository with the archive's source in its first commit, deployed. */
  repository: () => Repository;
  /** The database as it was at the start: without the index that a migration adds. */
  resetDatabase: () => void;
  /** The answer of a page, straight from the app. */
  page: (path: string) => Promise<{ status: number; text: string }>;
  /** Ends the app's server for good. */
  closeApp: () => Promise<void>;
  /** Ends every server with its children, and removes their folder. */
  stop: () => Promise<void>;
}

/** A repository whose commits are put before readers. */
export interface Repository extends Life {
  /** The tool, with the archive's environment; a check may take minutes. */
  tool: (args: readonly string[], options?: CallOptions) => Answer;
  /** The same, which must end with 0. @returns what it printed */
  ship: (...args: string[]) => string;
  /** `shipnote run --as deploy -- python3 deploy.py`, which must end with 0. */
  deploy: () => void;
}

/** Starts every server and waits until all answer. @throws Error naming the packages that are missing, or what did not start */
export async function openArchive(): Promise<Archive> {
  requirePackages();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-archive-")));
  chmodSync(folder, 0o755);
  const [pg = 0, app = 0, nginx = 0, prometheus = 0] = await freePorts(4);
  const env: Record<string, string> = {
    FOLDER: folder,
    PGHOST: join(folder, "postgres"), PGPORT: String(pg), PGUSER: "archive", PGDATABASE: "archive",
    APP_PORT: String(app), NGINX_PORT: String(nginx), PROMETHEUS_PORT: String(prometheus),
    ARCHIVE_LIVE: join(folder, "live"), ARCHIVE_PID: join(folder, "app.pid"), ARCHIVE_CACHE: join(folder, "cache"),
    PYTHONDONTWRITEBYTECODE: "1",
    // Debian's Python has the modules; another one may come first.
    PATH: `/usr/bin:/bin:${process.env["PATH"] ?? ""}`,
  };
  const servers = guardServers(folder, env);
  try {
    for (const name of ["cache", "live"]) mkdirSync(join(folder, name));
    cpSync(source, join(folder, "live"), { recursive: true });
    startPostgres(servers, folder, env);
    for (const name of ["nginx.conf", "prometheus.yml"]) writeFileSync(join(folder, name), filled(readFileSync(join(source, "server", name), "utf8"), env));
    servers.start("nginx", "/usr/sbin/nginx", ["-p", folder, "-c", join(folder, "nginx.conf")]);
    servers.start("prometheus", "/usr/bin/prometheus", [
      `--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/prometheus`, `--web.listen-address=127.0.0.1:${prometheus}`,
    ]);
    await until("PostgreSQL", servers, () => spawnSync(`${postgresql}/pg_isready`, ["-q"], { env }).status === 0);
    const inSource = (command: string, ...args: string[]): string => execFileSync(command, args, { cwd: source, env: { ...process.env, ...env }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    inSource("/usr/bin/psql", "-XAtq", "-d", "postgres", "-c", "create database archive");
    inSource("/usr/bin/alembic", "upgrade", "0001");
    inSource("/usr/bin/psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", "seed.sql");
    servers.start("app", "/bin/sh", [join(source, "server", "supervise.sh")]);
    for (const [name, url] of [["the app", `http://127.0.0.1:${app}/health`], ["nginx", `http://127.0.0.1:${nginx}/health`], ["Prometheus", `http://127.0.0.1:${prometheus}/-/ready`]] as const) {
      await until(name, servers, async () => (await answerOf(url)).status === 200);
    }
    return {
      env,
      repository: () => makeRepository(env),
      resetDatabase: () => void inSource("/usr/bin/psql", "-XAtq", "-c", "drop index if exists comments_by_article", "-c", "update alembic_version set version_num = '0001'"),
      page: (path) => answerOf(`http://127.0.0.1:${app}${path}`),
      async closeApp() {
        writeFileSync(join(folder, "app.pid.closed"), "");
        process.kill(Number(readFileSync(join(folder, "app.pid"), "utf8")), "SIGTERM");
        await until("the app's end", servers, async () => (await answerOf(`http://127.0.0.1:${app}/health`)).status === 0);
      },
      stop: () => servers.stop(),
    };
  } catch (error) {
    const said = servers.lastWords();
    await servers.stop();
    throw new Error(`The article archive does not start.\n${said}`, { cause: error });
  }
}

/** @param name `article-page response-time miss`: check, metric, and the stratum where there is one */
export function metricOf({ record }: Written, name: string): Metric {
  const found = record.metrics.find((metric) => nameOf(metric) === name);
  if (found === undefined) throw new Error(`There is no ${name} among ${record.metrics.map(nameOf).join(", ")}`);
  return found;
}

/** The verdict of each metric that has one. */
export function verdicts({ record }: Written): string[] {
  return record.metrics.flatMap(({ comparison }) => (comparison === null ? [] : [comparison.verdict]));
}

function nameOf({ check, metric, stratum }: Metric): string {
  return [check, metric, ...(stratum === null ? [] : [stratum])].join(" ");
}

function requirePackages(): void {
  const missing = programs.filter(([program]) => !existsSync(program)).map(([, owner]) => owner);
  const script = `import importlib.util as u\nprint(*[n for n in ${JSON.stringify(modules.map(([name]) => name))} if u.find_spec(n) is None])`;
  const absent = existsSync(python) ? execFileSync(python, ["-c", script], { encoding: "utf8", cwd: "/" }).trim().split(" ") : [];
  missing.push(...modules.filter(([name]) => absent.includes(name)).map(([, owner]) => owner));
  if (missing.length > 0) throw new Error(`These tests need Debian's ${[...new Set(missing)].join(", ")}: apt-get install --no-install-recommends, or .ci/run, which installs all.`);
}

function startPostgres(servers: Servers, folder: string, env: Record<string, string>): void {
  const data = join(folder, "postgres");
  mkdirSync(data, { mode: 0o700 });
  // PostgreSQL refuses to run as root.
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const as = process.getuid?.() === 0 ? { uid: id("-u"), gid: id("-g") } : {};
  if (as.uid !== undefined) chownSync(data, as.uid, as.gid);
  execFileSync(`${postgresql}/initdb`, ["-D", data, "-U", "archive", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], { cwd: "/", stdio: ["ignore", "ignore", "pipe"], ...as });
  const settings = { listen_addresses: "", port: env["PGPORT"], unix_socket_directories: data, fsync: "off", full_page_writes: "off", max_parallel_workers_per_gather: 0, jit: "off", autovacuum: "off" };
  servers.start("postgres", `${postgresql}/postgres`, ["-D", data, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])], as);
}

function makeRepository(env: Record<string, string>): Repository {
  const directory = makeFolder();
  const life = lifeAt(directory);
  life.git("-c", "init.defaultBranch=main", "init", "-q");
  life.git("config", "user.name", "Ada Osei");
  life.git("config", "user.email", "ada@example.org");
  cpSync(source, directory, { recursive: true, filter: (path) => path !== join(source, "server") && !path.includes("__pycache__") });
  life.commit("Keep articles");
  const tool = (args: readonly string[], options: CallOptions = {}): Answer => shipnote(directory, args, { timeout: 240_000, ...options, env: { ...env, ...options.env } });
  const ship = (...args: string[]): string => {
    const { status, stdout, stderr } = tool(args);
    if (status !== 0) throw new Error(`shipnote ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  };
  const repository: Repository = { ...life, tool, ship, deploy: () => void ship("run", "--as", "deploy", "--", "python3", "deploy.py") };
  execFileSync(python, ["deploy.py"], { cwd: directory, env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  return repository;
}

function added(name: string): string {
  return readFileSync(join(import.meta.dirname, "archive-changes", name), "utf8");
}

/** ${NAME} of `env`; what is nginx's own stays. */
function filled(text: string, env: Record<string, string>): string {
  return text.replaceAll(/\$\{([A-Z_]+)\}/g, (whole, name: string) => env[name] ?? whole);
}

/** Status 0: no answer. */
async function answerOf(url: string): Promise<{ status: number; text: string }> {
  try {
    // A connection that is kept open would die with the server that a deploy replaces.
    const answer = await fetch(url, { headers: { connection: "close" }, signal: AbortSignal.timeout(5000) });
    return { status: answer.status, text: await answer.text() };
  } catch {
    return { status: 0, text: "" };
  }
}

async function until(what: string, servers: Servers, ready: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await ready())) {
    if (performance.now() > end) throw new Error(`${what} is not ready after a minute.\n${servers.lastWords()}`);
    await wait(100);
  }
}

async function freePorts(count: number): Promise<number[]> {
  const listening = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => done(server));
  })));
  const ports = listening.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(listening.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
