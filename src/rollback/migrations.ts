/** What a migration does that outlives the file, as its added lines say it. */
export interface SchemaChange {
  /** `Adds`. */
  verb: string;
  /** `articles.updated_at`. */
  thing: string;
  /** The table of an index that has a name of its own; null for anything else. */
  table: string | null;
}

type Naming = (groups: readonly string[]) => Omit<SchemaChange, "verb">;

const name = "[`\"\\[]?(?:\\w+[`\"\\]]?\\.[`\"\\[]?)?(\\w+)[`\"\\]]?";
const whole: Naming = ([thing = ""]) => ({ thing, table: null });
const member: Naming = ([table = "", column = ""]) => ({ thing: `${table}.${column}`, table: null });
const indexOf: Naming = ([thing = "", table = ""]) => ({ thing, table });

/** Statements that are plain enough to be told from one line; the forms of SQL, Rails, Alembic, Django, Knex and Laravel. */
const statements: readonly (readonly [verb: string, pattern: RegExp, naming: Naming])[] = [
  ["Creates the table", new RegExp(`\\bcreate\\s+table\\s+(?:if\\s+not\\s+exists\\s+)?${name}`, "gi"), whole],
  ["Drops the table", new RegExp(`\\bdrop\\s+table\\s+(?:if\\s+exists\\s+)?${name}`, "gi"), whole],
  ["Adds", new RegExp(`\\balter\\s+table\\s+(?:only\\s+)?(?:if\\s+exists\\s+)?${name}\\s+add\\s+column\\s+(?:if\\s+not\\s+exists\\s+)?[\`"\\[]?(\\w+)`, "gi"), member],
  ["Drops", new RegExp(`\\balter\\s+table\\s+(?:only\\s+)?(?:if\\s+exists\\s+)?${name}\\s+drop\\s+column\\s+(?:if\\s+exists\\s+)?[\`"\\[]?(\\w+)`, "gi"), member],
  ["Creates the index", new RegExp(`\\bcreate\\s+(?:unique\\s+)?index\\s+(?:concurrently\\s+)?(?:if\\s+not\\s+exists\\s+)?${name}\\s+on\\s+(?:only\\s+)?${name}`, "gi"), indexOf],
  ["Deletes rows of", new RegExp(`\\bdelete\\s+from\\s+${name}`, "gi"), whole],
  ["Empties", new RegExp(`\\btruncate\\s+(?:table\\s+)?${name}`, "gi"), whole],
  ["Changes rows of", new RegExp(`\\bupdate\\s+${name}\\s+set\\b`, "gi"), whole],
  ["Creates the table", /\b(?:create_table|op\.create_table|createTable|Schema::create)\s{0,9}\(?\s{0,9}["':]+(\w+)/g, whole],
  ["Drops the table", /\b(?:drop_table|op\.drop_table|dropTable|dropTableIfExists|Schema::drop(?:IfExists)?)\s{0,9}\(?\s{0,9}["':]+(\w+)/g, whole],
  ["Adds", /\badd_column\s{0,9}\(?\s{0,9}["':]+(\w+)["']?\s*,\s*(?:sa\.Column\(\s*)?["':]+(\w+)/g, member],
  ["Adds", /\baddColumn\s*\(\s*["'](\w+)["']\s*,\s*["'](\w+)["']/g, member],
  ["Drops", /\b(?:remove_column|drop_column|removeColumn)\s{0,9}\(?\s{0,9}["':]+(\w+)["']?\s*,\s*["':]+(\w+)/g, member],
  ["Adds", /\bAddField\(\s*model_name\s*=\s*["'](\w+)["']\s*,\s*name\s*=\s*["'](\w+)["']/g, member],
  ["Drops", /\bRemoveField\(\s*model_name\s*=\s*["'](\w+)["']\s*,\s*name\s*=\s*["'](\w+)["']/g, member],
  ["Creates the model", /\bCreateModel\(\s*name\s*=\s*["'](\w+)["']/g, whole],
  ["Drops the model", /\bDeleteModel\(\s*name\s*=\s*["'](\w+)["']/g, whole],
  ["Creates an index on", /\badd_index\s{0,9}\(?\s{0,9}["':]+(\w+)["']?\s*,\s*["':]+(\w+)/g, member],
  ["Creates the index", /\bop\.create_index\(\s*(?:op\.f\()?["'](\w+)["']\)?\s*,\s*["'](\w+)["']/g, indexOf],
];

/** Whether a migration is the way back of another one, which nobody runs when a commit is reverted. */
export function isWayBack(path: string): boolean {
  return /(?:\.down\.\w+|(?:^|\/)U\d[^/]*__[^/]*\.sql|(?:^|\/)(?:revert|down|rollback|undo)\/[^/]+\.sql)$/i.test(path);
}

/** What the way forth of a migration does, in its order, each once; what is not plain is left out. */
export function schemaChanges(text: string): SchemaChange[] {
  const forth = wayForth(text);
  const found = statements.flatMap(([verb, pattern, naming]) =>
    [...forth.matchAll(pattern)].map((match) => ({ at: match.index, verb, ...naming(match.slice(1).map((group) => group ?? "")) }))
  );
  const ordered = found.sort((one, other) => one.at - other.at).map(({ verb, thing, table }) => ({ verb, thing, table }));
  return ordered.filter((change, at) => ordered.findIndex(({ verb, thing, table }) => verb === change.verb && thing === change.thing && table === change.table) === at);
}

/** Without comments and what is there for the way back. */
function wayForth(text: string): string {
  const cut = [
    /^[ \t]*def (?:downgrade|down)\b/m, /\b(?:exports\.down|async down|function down|static down)\b/, /^[ \t]*public (?:async )?(?:function )?down\b/m,
    /^--\s*(?:migrate:down|\+goose Down|\+migrate Down|@?UNDO)\b/mi, /^--rollback\b/m,
  ].map((start) => text.search(start)).filter((at) => at >= 0);
  const [start = "", ...comments] = text.slice(0, Math.min(text.length, ...cut)).split("/*");
  const code = start + comments.map((comment) => ` ${comment.slice(comment.indexOf("*/") + 2)}`).join("");
  return code.replace(/^[ \t]*(?:--|#|\/\/).*$/gm, "").replace(/[ \t]--[ \t].*$/gm, "");
}
