import type { CommandKind } from "../record/schema.ts";

/**
 * Programs and their first words that leave no doubt what a command is for. A word matches as it stands;
 * `A|B` is either, `*` any one word. Flags in between, with a value or without, count for nothing.
 * The first row that fits counts.
 */
const table: readonly (readonly [CommandKind, string])[] = [
  ["backup", "pg_dump|pg_dumpall|pg_basebackup|mysqldump|mariadb-dump|mongodump"],
  ["backup", "restic|borg backup|create"],
  ["backup", "pgbackrest backup"],
  ["backup", "velero backup create"],
  ["backup", "aws rds create-db-snapshot|create-db-cluster-snapshot"],
  ["rollback", "alembic downgrade"],
  ["rollback", "kubectl rollout undo"],
  ["rollback", "helm rollback"],
  ["rollback", "rails|rake db:rollback|db:migrate:down"],
  ["rollback", "flyway undo"],
  ["rollback", "liquibase rollback|rollback-count|rollback-to-date|rollbackCount"],
  ["rollback", "knex migrate:rollback|migrate:down"],
  ["rollback", "sequelize|sequelize-cli db:migrate:undo|db:migrate:undo:all"],
  ["rollback", "typeorm migration:revert"],
  ["rollback", "heroku rollback|releases:rollback"],
  ["rollback", "cap * deploy:rollback"],
  ["rollback", "vercel rollback"],
  ["rollback", "php artisan migrate:rollback|migrate:reset"],
  ["migrate", "alembic upgrade"],
  ["migrate", "rails|rake db:migrate"],
  ["migrate", "django-admin|manage.py migrate"],
  ["migrate", "flyway migrate"],
  ["migrate", "liquibase update"],
  ["migrate", "prisma migrate deploy"],
  ["migrate", "knex migrate:latest|migrate:up"],
  ["migrate", "sequelize|sequelize-cli db:migrate"],
  ["migrate", "typeorm migration:run"],
  ["migrate", "dbmate up|migrate"],
  ["migrate", "goose up"],
  ["migrate", "sqlx migrate run"],
  ["migrate", "diesel migration run"],
  ["migrate", "atlas migrate apply"],
  ["migrate", "php artisan migrate"],
  ["migrate", "php bin/console doctrine:migrations:migrate"],
  ["migrate", "mix ecto.migrate"],
  ["migrate", "dotnet ef database update"],
  ["deploy", "helm upgrade|install"],
  ["deploy", "kubectl apply"],
  ["deploy", "kubectl set image"],
  ["deploy", "kubectl rollout restart"],
  ["deploy", "terraform|tofu apply"],
  ["deploy", "pulumi up"],
  ["deploy", "cdk|sls|serverless|copilot|flyctl|fly|vercel|netlify|kamal|mina|wrangler|firebase deploy"],
  ["deploy", "cap * deploy"],
  ["deploy", "gcloud * deploy"],
  ["deploy", "docker stack deploy"],
  ["deploy", "aws ecs update-service"],
  ["deploy", "nomad job run"],
  ["deploy", "make|just|task deploy"],
  ["deploy", "npm|pnpm|yarn run deploy"],
  ["deploy", "yarn|pnpm deploy"],
  ["verify", "npm|pnpm|yarn test|t"],
  ["verify", "npm|pnpm|yarn run test"],
  ["verify", "pytest|py.test|vitest|jest|mocha|rspec|phpunit|tox|nox|ctest|bats"],
  ["verify", "playwright test"],
  ["verify", "cypress run"],
  ["verify", "go|cargo|dotnet|swift|mix|deno|bun|bazel|flutter test"],
  ["verify", "mvn|mvnw|gradle|gradlew test|verify|check"],
  ["verify", "mvn|mvnw|gradle|gradlew clean test|verify|check"],
  ["verify", "rails|rake|make|just|task test"],
  ["verify", "manage.py|django-admin test"],
  ["verify", "php artisan test"],
];

/** What only starts another program, with the words that belong to it. */
const wrappers: readonly (readonly string[])[] = [
  ["npx"], ["pnpm", "exec"], ["pnpm", "dlx"], ["npm", "exec"], ["yarn", "exec"], ["bunx"], ["bundle", "exec"],
  ["poetry", "run"], ["pipenv", "run"], ["uv", "run"], ["pdm", "run"], ["hatch", "run"],
  ["sudo"], ["env"], ["time"], ["nice"], ["nohup"], ["exec"],
];

/** Flags that say that nothing is done: then there is no kind to be sure of. */
const harmless = /^(?:--help|-h|--version|--dry-run(?:=.*)?|--list|--check|--plan|--sql|--collect-only|--what-if)$/;

const rows = table.map(([kind, pattern]) => ({ kind, words: pattern.split(" ").map((word) => word.split("|")) }));

/**
 * What a command is for, where its words leave no doubt; else null.
 *
 * @param argv the command as typed, a word each
 */
export function guessKind(argv: readonly string[]): CommandKind | null {
  const words = programWords(argv);
  if (words.some((word) => harmless.test(word))) return null;
  return rows.find(({ words: pattern }) => fits(pattern, words))?.kind ?? null;
}

/** The words of a command line that has nothing but words, for a command that was written down rather than captured; else null. */
export function plainWords(text: string): string[] | null {
  return /[|&;<>()$`\\"'*?[\]#~!{}\n]/.test(text) ? null : text.trim().split(/\s+/);
}

function programWords(argv: readonly string[]): string[] {
  let words = argv.map(String);
  for (;;) {
    while (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) words = words.slice(1);
    words = [baseName(words[0] ?? ""), ...words.slice(1)];
    const wrapper = wrappers.find((wrap) => wrap.every((word, place) => words[place] === word));
    if (wrapper !== undefined && words.length > wrapper.length) {
      words = words.slice(wrapper.length);
      // What is a flag's value and what the program is not ours to know.
      if (words[0]?.startsWith("-")) return [];
      continue;
    }
    if (/^python[0-9.]*$/.test(words[0] ?? "") && words.length > 1) {
      words = words[1] === "-m" ? words.slice(2) : words.slice(1);
      continue;
    }
    return words;
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.(?:exe|cmd)$/, "");
}

/** Whether the words begin as a pattern says. A flag is passed over alone, or with the word behind it as its value. */
function fits(pattern: readonly (readonly string[])[], words: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  const [word, ...others] = words;
  if (first === undefined) return true;
  if (word === undefined) return false;
  if (word.startsWith("-")) return fits(pattern, others) || fits(pattern, others.slice(1));
  return (first[0] === "*" || first.includes(word)) && fits(rest, others);
}
