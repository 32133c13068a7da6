import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { runInThisContext } from "node:vm";
import type { TemplateDelegate } from "handlebars";
import Handlebars from "handlebars/dist/cjs/handlebars.runtime.js";
import { markedRegion } from "../document/markers.ts";
import { Failure } from "../failure.ts";
import type { compile as Compile } from "./compiler.ts";
import { choosers } from "./places.ts";
import { precompiled } from "./precompiled.ts";
import type { Precompiled } from "./precompiled.ts";
import { cell, code, codeCell, codeLink, codeLinkCell, fence, image, link, linkCell, quotation, summaryHtml, text } from "./text.ts";

/*
 * The Handlebars environment. Templates decide order and wording, never what is true: they get plain data, documented
 * in templates/README.md, and write each value through the helper of its place (places.ts). A name that the data does
 * not have is an error with file and line, never nothing.
 */

/** Our templates, and a user's in place of those of the same name. */
export interface Templates {
  /** SHA-256 in hex over the sources of all templates in use. */
  digest: string;
  /** @throws Failure `template-invalid`, with file and line, for a value that the data does not have */
  render(name: string, data: object): string;
}

type Writer = (...values: string[]) => string;

/** By name, as templates write them. A second value that is null is none: a link without an address is its text. */
const writersByName: Readonly<Record<string, Writer>> = {
  text: (value = "") => text(value),
  cell: (value = "") => cell(value),
  code: (value = "") => code(value),
  codeCell: (value = "") => codeCell(value),
  link: (label = "", url = "") => link(label, url),
  codeLink: (label = "", url = "") => codeLink(label, url),
  codeLinkCell: (label = "", url = "") => codeLinkCell(label, url),
  linkCell: (label = "", url = "") => linkCell(label, url),
  image: (alt = "", path = "") => image(alt, path),
  html: (value = "") => summaryHtml(value),
  fence: (value = "", language = "") => fence(value, language),
  quotation: (value = "") => quotation(value),
};

const environment = Handlebars.create();
for (const [name, write] of Object.entries(writersByName)) {
  environment.registerHelper(name, (...given: unknown[]) => {
    const options = optionsOf(given);
    return write(...given.slice(0, -1).map((value) => stringOf(value, options)));
  });
}
environment.registerHelper("region", (...given: unknown[]) => {
  const name = stringOf(given[0], optionsOf(given));
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Undefined(optionsOf(given));
  return markedRegion(name, "");
});
for (const name of choosers) {
  environment.registerHelper(name, function choose(this: unknown, value: unknown, given: unknown) {
    const options = optionsOf([given]);
    if (value === undefined) throw new Undefined(options);
    const holds = Array.isArray(value) ? value.length > 0 : Boolean(value);
    if (holds === (name === "unless")) return options.inverse(this);
    if (name === "each" && Array.isArray(value)) return value.map((item) => options.fn(item)).join("");
    return options.fn(name === "with" ? value : this);
  });
}

/** Where a template is and what it is given, as Handlebars hands it to a helper. */
interface HelperOptions {
  fn(context: unknown): string;
  inverse(context: unknown): string;
  loc: { start: { line: number; column: number }; end: { line: number; column: number } };
}

function optionsOf(given: readonly unknown[]): HelperOptions {
  // Handlebars passes them last, always.
  return given.at(-1) as HelperOptions;
}

/** A value that the data does not have; becomes a Failure where the template's name is known. */
class Undefined extends Error {
  readonly loc: HelperOptions["loc"];

  constructor(options: HelperOptions) {
    super("A value that is not there.");
    this.loc = options.loc;
  }
}

function stringOf(value: unknown, options: HelperOptions): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw new Undefined(options);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

interface Loaded {
  sha256: string;
  /** Handlebars' compiled object; made when it is first needed. */
  template: () => object;
  /** For messages: where the source stands, and its lines where they are at hand. */
  path: string;
  lines: readonly string[] | null;
}

let ours: Promise<ReadonlyMap<string, Loaded>> | null = null;

/**
 * Our templates, with a user's in their place. Handlebars' compiler is loaded only where it is needed: for a user's
 * partials, and for ours where the source is run instead of the bundle.
 *
 * @param partials a user's partials by name (`summary`, without `.hbs`)
 * @param folder where they stand, for messages
 * @throws Failure `template-invalid`, with file and line, for a syntax error, an unknown name of a partial, or a value
 *   that is not written through the helper of its place
 */
export async function loadTemplates(partials: Readonly<Record<string, string>>, folder = "notes/templates"): Promise<Templates> {
  ours ??= loadOurs();
  const known = await ours;
  const theirs = Object.entries(partials);
  const { compile } = theirs.length === 0 ? { compile: null } : await import("./compiler.ts");
  const replacing = theirs.flatMap(([name, source]): [string, Loaded][] => {
    const path = `${folder}/${name}.hbs`;
    if (!known.has(name)) throw invalid(`${path} takes the place of no template`, `One of: ${[...known.keys()].join(", ")}.`);
    if (compile === null) return [];
    const partial = fromSource(compile, source, path);
    // Compiled at once: whatever is wrong with it is said before anything is rendered.
    const template = partial.template();
    return [[name, { ...partial, template: () => template }]];
  });
  const loaded = new Map([...known, ...replacing]);
  const functions = new Map<string, TemplateDelegate>();
  const names = [...loaded.keys()].sort();
  return {
    digest: sha256(names.map((name) => `${name} ${loaded.get(name)?.sha256 ?? ""}\n`).join("")),
    render(name, data) {
      const template = loaded.get(name);
      if (template === undefined) throw new Error(`There is no template ${name}.`);
      const run = functions.get(name) ?? environment.template(template.template());
      functions.set(name, run);
      return tidy(named(template, () => run(data)));
    },
  };
}

function named(template: Loaded, render: () => string): string {
  try {
    return render();
  } catch (error) {
    if (!(error instanceof Undefined)) throw error;
    const { line } = error.loc.start;
    const written = template.lines?.[line - 1]?.trim() ?? "";
    throw invalid(`${template.path}:${line}: a value is not in the data${written === "" ? "" : `: ${written}`}`, documented, error);
  }
}

const documented = "Names that the partial is given; templates/README.md of shipnote lists them.";

async function loadOurs(): Promise<ReadonlyMap<string, Loaded>> {
  if (precompiled !== null) {
    return new Map(Object.entries<Precompiled>(precompiled).map(([name, { template, sha256: digest }]) =>
      [name, { template: () => template, sha256: digest, path: `${name}.hbs`, lines: null }]));
  }
  const folder = new URL("../../templates/", import.meta.url);
  const { compile } = await import("./compiler.ts");
  const files = readdirSync(folder).filter((file) => file.endsWith(".hbs")).sort();
  return new Map(files.map((file): [string, Loaded] =>
    [file.slice(0, -".hbs".length), fromSource(compile, readFileSync(new URL(file, folder), "utf8"), `templates/${file}`)]));
}

function fromSource(compile: typeof Compile, source: string, path: string): Loaded {
  const lf = source.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  return { template: () => compiled(compile, lf, path), sha256: sha256(lf), path, lines: lf.split("\n") };
}

function compiled(compile: typeof Compile, source: string, path: string): object {
  const result = compile(source);
  if ("problems" in result) {
    const problems = result.problems.map(({ line, message }) => `${path}:${line}: ${message}`);
    throw invalid(problems.join("\n"), "Handlebars, with each value written through the helper of its place; see templates/README.md of shipnote.");
  }
  // The code is the compiler's own: a user's text is in it as string literals only.
  const template: unknown = runInThisContext(`(${result.code})`);
  if (!isObject(template)) throw new Error(`${path} did not compile.`);
  return template;
}

/** No blank line at the ends, none twice in a row outside fences, and no blanks at a line's end but in fences. */
function tidy(rendered: string): string {
  let fenceMark: string | null = null;
  const lines: string[] = [];
  for (const line of rendered.split("\n")) {
    const mark = /^`{3,}/.exec(line)?.[0] ?? null;
    if (fenceMark === null && line.trim() === "") {
      if (lines.at(-1) !== "" && lines.length > 0) lines.push("");
      continue;
    }
    if (fenceMark === null && mark !== null) fenceMark = mark;
    else if (fenceMark !== null && line === fenceMark) fenceMark = null;
    lines.push(fenceMark === null ? tidyLine(line) : line);
  }
  return lines.join("\n").trimEnd();
}

/** An empty cell is one blank wide. */
function tidyLine(line: string): string {
  return (line.startsWith("|") ? line.replace(/\| {2}(?=\|)/g, "| ") : line).trimEnd();
}

function sha256(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}

function invalid(message: string, expected: string, cause?: unknown): Failure {
  return new Failure("template-invalid", message, { expected, retry: true, cause });
}
