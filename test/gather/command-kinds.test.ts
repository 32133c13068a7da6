import { describe, expect, it } from "vitest";
import { guessKind, plainWords } from "../../src/gather/command-kinds.ts";

const certain: [line: string, kind: string][] = [
  ["pg_dump -Fc articles -f articles.dump", "backup"],
  ["/usr/bin/pg_dump app", "backup"],
  ["restic -r /srv/backup backup /data", "backup"],
  ["sudo mysqldump app", "backup"],
  ["alembic upgrade head", "migrate"],
  ["alembic -c db.ini upgrade head", "migrate"],
  ["poetry run alembic upgrade head", "migrate"],
  ["python3 manage.py migrate", "migrate"],
  ["./manage.py migrate articles", "migrate"],
  ["python -m alembic upgrade head", "migrate"],
  ["RAILS_ENV=production bundle exec rails db:migrate", "migrate"],
  ["npx prisma migrate deploy", "migrate"],
  ["php artisan migrate --force", "migrate"],
  ["alembic downgrade -1", "rollback"],
  ["kubectl rollout undo deployment/web", "rollback"],
  ["kubectl -n web rollout undo deployment/web", "rollback"],
  ["helm rollback web 3", "rollback"],
  ["bundle exec rails db:rollback", "rollback"],
  ["helm upgrade --install web ./chart", "deploy"],
  ["helm -n web upgrade web ./chart", "deploy"],
  ["kubectl apply -f k8s/", "deploy"],
  ["kubectl --context prod apply -f k8s/", "deploy"],
  ["terraform -chdir=infra apply", "deploy"],
  ["make deploy ENV=production", "deploy"],
  ["gcloud run deploy web", "deploy"],
  ["npm run deploy", "deploy"],
  ["cap production deploy", "deploy"],
  ["npm test", "verify"],
  ["pytest -x tests", "verify"],
  ["python -m pytest", "verify"],
  ["go test ./...", "verify"],
  ["cargo test --release", "verify"],
  ["./gradlew check", "verify"],
  ["mvn -q clean verify", "verify"],
];

const doubtful = [
  "true", "ls", "make", "git push", "ssh host pg_dump app", "psql -f upgrade.sql", "echo alembic upgrade", "sh -c 'npm test'", "npm run build", "npm install",
  "alembic history", "alembic upgrade head --sql", "kubectl get pods", "kubectl apply --dry-run=server -f k8s/", "helm list", "helm plugin install x",
  "terraform plan", "pytest --collect-only", "pg_dump --help", "go run ./cmd test", "rails console", "docker run app", "sudo -u postgres pg_dump app", "deploy", "",
];

describe("guessKind", () => {
  it.each(certain)("%s: %s", (line, kind) => {
    expect(guessKind(line.split(" "))).toBe(kind);
  });

  it.each(doubtful)("not to be told: %s", (line) => {
    expect(guessKind(line.split(" "))).toBeNull();
  });

  it("has nothing to say of no command at all", () => {
    expect(guessKind([])).toBeNull();
  });
});

describe("plainWords", () => {
  it("takes a line of words apart, and no other", () => {
    expect(plainWords(" npm  test ")).toEqual(["npm", "test"]);
    for (const line of ["a | b", "a && b", "echo $X", "echo 'a b'", "a > b", "a; b", "a\nb", "a *"]) expect(plainWords(line)).toBeNull();
  });
});
