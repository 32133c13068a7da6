// Bundles src/ into dist/: one chunk a command, loaded when it is needed, and the licences of what is inside.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { precompiledTemplates } from "./templates.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));

await rm(join(root, "dist"), { recursive: true, force: true });
const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  chunkNames: "chunks/[name]-[hash]",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  external: Object.keys(manifest.dependencies ?? {}),
  define: { "globalThis.shipnoteVersion": JSON.stringify(manifest.version) },
  plugins: [precompiledTemplates(root)],
  metafile: true,
  write: false,
  logLevel: "warning",
});

// Bundled CommonJS packages ask for Node's own modules by `require`, through a function that esbuild puts into one chunk.
const requireBanner = 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);\n';
for (const { path, text } of outputFiles) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text.includes("Dynamic require of") ? `${requireBanner}${text}` : text);
}

const packages = new Set(
  Object.keys(metafile.inputs).flatMap((path) => {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
    return found === null ? [] : [found[1]];
  }),
);
const licences = [];
for (const folder of [...packages].sort()) {
  const { name, version, license } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
  const file = (await readdir(join(root, folder))).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? "" : (await readFile(join(root, folder, file), "utf8")).trim();
  licences.push(`${name} ${version} (${typeof license === "string" ? license : "see below"})\n\n${text}\n`);
}
await writeFile(join(root, "dist", "THIRD-PARTY-LICENCES.txt"), licences.join(`\n${"-".repeat(72)}\n\n`));
