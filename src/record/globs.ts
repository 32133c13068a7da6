/**
 * The path globs of the configuration (`kinds`, `hazards`, `ignore`, a component's `paths`).
 *
 * `*` and `?` stay within a name, `**` spans folders, `[a-z]` and `{a,b}` mean what they mean to a shell, dots at the
 * start of a name are nothing special, a pattern that names a folder takes all that lies in it (as git's own
 * pathspecs do), and one that starts with `!` takes paths away again; the last pattern that matches decides.
 *
 * @returns whether a path, relative to the repository's root, is matched
 */
export function pathMatcher(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns.map((pattern) => ({
    wanted: !pattern.startsWith("!"),
    expression: globExpression(pattern.replace(/^!/, "")),
  })).reverse();
  return (path) => rules.find(({ expression }) => expression.test(path))?.wanted ?? false;
}

function globExpression(glob: string): RegExp {
  const pattern = glob.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "");
  return new RegExp(`^${globSource(pattern, { braces: true })}(?:/.*)?$`, "su");
}

/**
 * What a glob means as a part of a regular expression (with the flags `s` and `u`).
 *
 * @param braces whether `{a,b}` are alternatives; to git they are ordinary letters
 */
export function globSource(pattern: string, { braces }: { braces: boolean }): string {
  let source = "";
  let open = 0;
  for (let at = 0; at < pattern.length;) {
    const rest = pattern.slice(at);
    const [token, meaning] = tokenOf(rest, at === 0 || pattern[at - 1] === "/", braces ? open : null);
    if (token === "{" && meaning === "(?:") open += 1;
    if (token === "}" && open > 0) open -= 1;
    source += meaning;
    at += token.length;
  }
  return source;
}

/**
 * The token at the start of a pattern's rest, and the regular expression that it stands for.
 *
 * @param open how many braces are open; null where braces are ordinary letters
 */
function tokenOf(rest: string, atNameStart: boolean, open: number | null): [token: string, meaning: string] {
  if (atNameStart && rest.startsWith("**/")) return ["**/", "(?:[^/]+/)*"];
  const stars = /^\*+/.exec(rest)?.[0];
  if (stars !== undefined) return [stars, atNameStart && stars === "**" && rest === "**" ? ".*" : "[^/]*"];
  if (rest.startsWith("?")) return ["?", "[^/]"];
  const set = /^\[([!^]?)(\]?[^\]/]*)\]/.exec(rest);
  if (set !== null && set[2] !== "") {
    const members = (set[2] ?? "").replace(/[\\\]^[&|~]/g, "\\$&");
    return [set[0], `(?!/)[${set[1] === "" ? "" : "^"}${members}]`];
  }
  // Braces without a partner are ordinary letters.
  if (open !== null && rest.startsWith("{") && closes(rest)) return ["{", "(?:"];
  if (open !== null && open > 0 && rest.startsWith("}")) return ["}", ")"];
  if (open !== null && open > 0 && rest.startsWith(",")) return [",", "|"];
  const [letter = ""] = rest.startsWith("\\") && rest.length > 1 ? rest.slice(1) : rest;
  return [rest.startsWith("\\") && rest.length > 1 ? `\\${letter}` : letter, letter.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")];
}

function closes(rest: string): boolean {
  let depth = 0;
  for (const letter of rest) {
    if (letter === "{") depth += 1;
    if (letter === "}") depth -= 1;
    if (depth === 0) return true;
  }
  return false;
}
