import { mkdtempSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn as spawnTerminal } from "@lydell/node-pty";
import { build } from "esbuild";

/** `shipnote run` alone, bundled as it is packed, so that a real process can be watched from outside. */
export interface Rig {
  /** What to run with node: `[entry, flags …, "--", command …]`. */
  entry: string;
  remove: () => void;
}

const source = `
import { runCommand } from "${new URL("../src/commands/run.ts", import.meta.url).pathname}";
const args = process.argv.slice(2);
const at = args.indexOf("--");
const flags = args.slice(0, at);
const text = (name) => flags.find((flag) => flag.startsWith(name + "="))?.slice(name.length + 1) ?? null;
process.exitCode = await runCommand({
  kind: text("--as"), name: text("--name"), environment: text("--env"), component: text("--component"),
  output: !flags.includes("--no-output"), directory: text("-C") ?? process.cwd(), named: text("-C") !== null,
}, args.slice(at + 1));
`;

export async function makeRig({ terminals = true } = {}): Promise<Rig> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-rig-")));
  const root = new URL("..", import.meta.url).pathname;
  writeFileSync(join(folder, "entry.mjs"), source);
  await build({
    absWorkingDir: root,
    entryPoints: [join(folder, "entry.mjs")],
    outdir: join(folder, "out"),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    outExtension: { ".js": ".mjs" },
    external: ["@lydell/node-pty"],
    nodePaths: [join(root, "node_modules")],
    banner: { js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);' },
    logLevel: "error",
  });
  mkdirSync(join(folder, "node_modules"));
  if (terminals) symlinkSync(join(root, "node_modules", "@lydell"), join(folder, "node_modules", "@lydell"));
  return { entry: join(folder, "out", "entry.mjs"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A program in a terminal, with somebody who types. */
export interface Seat {
  pid: number;
  type: (keys: string) => void;
  resize: (columns: number, rows: number) => void;
  /** Waits until the screen has shown a text since the last one that was waited for. */
  shows: (text: string | RegExp) => Promise<string>;
  /** Everything shown so far. */
  shown: () => string;
  ended: Promise<{ exitCode: number; signal: number }>;
  kill: (signal: string) => void;
}

export function sitDown(file: string, args: readonly string[], cwd: string, env: Record<string, string> = {}, { cols, rows } = { cols: 100, rows: 30 }): Seat {
  const clean = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const terminal = spawnTerminal(file, [...args], { cols, rows, cwd, env: { ...clean, TERM: "xterm", PS1: "$ ", ...env } });
  let shown = "";
  let seen = 0;
  const waiting = new Set<() => void>();
  terminal.onData((data) => {
    shown += data;
    for (const look of waiting) look();
  });
  return {
    pid: terminal.pid,
    type: (keys) => terminal.write(keys),
    resize: (columns, rows) => terminal.resize(columns, rows),
    shown: () => shown,
    kill: (signal) => terminal.kill(signal),
    ended: new Promise((resolve) => terminal.onExit(({ exitCode, signal }) => resolve({ exitCode, signal: signal ?? 0 }))),
    async shows(text) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`not shown within 15 s: ${String(text)}; shown: ${JSON.stringify(shown.slice(seen))}`));
        }, 15_000);
        const look = (): void => {
          const rest = shown.slice(seen);
          const at = typeof text === "string" ? rest.indexOf(text) : rest.search(text);
          if (at === -1) return;
          const found = typeof text === "string" ? text : (text.exec(rest)?.[0] ?? "");
          seen += at + found.length;
          waiting.delete(look);
          clearTimeout(timer);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
  };
}
