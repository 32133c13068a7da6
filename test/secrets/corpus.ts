import { createHash } from "node:crypto";

/*
 * Secrets and innocents to measure masking with. No secret stands here in one piece: each is put together when the
 * tests run, so that scanners and forges leave the repository alone. All are made up.
 */

const alphabets = {
  alnum: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
  letters: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  hex: "0123456789abcdef",
  digits: "0123456789",
  url: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-",
};

/** `length` characters that look random and are the same in every run. */
export function random(alphabet: keyof typeof alphabets, length: number, seed = ""): string {
  const from = alphabets[alphabet];
  let text = "";
  for (let block = 0; text.length < length; block += 1) {
    for (const byte of createHash("sha256").update(`${alphabet} ${length} ${seed} ${block}`).digest()) {
      text += from[byte % from.length];
    }
  }
  return text.slice(0, length);
}

/** A secret, the text around it, and what the text must read once it is masked (null: only that the secret is gone). */
export interface SecretCase {
  kind: string;
  text: string;
  secret: string;
  masked: string | null;
}

function at(kind: string, template: string, secret: string): SecretCase {
  return { kind, text: template.replace("@@", () => secret), secret, masked: template.replace("@@", "[masked]") };
}

/** One string of several, so that nothing here looks like a secret. */
const of = (...parts: string[]): string => parts.join("");
const alnum = (length: number, seed?: string): string => random("alnum", length, seed);
const hex = (length: number, seed?: string): string => random("hex", length, seed);
const url = (length: number, seed?: string): string => random("url", length, seed);
const dashes = "-".repeat(5);
const keyBody = [0, 1, 2, 3].map((line) => alnum(64, `key ${line}`));
const block = (label: string): string =>
  `${dashes}BEGIN ${label}${dashes}\nMII${keyBody.join("\n").slice(3)}\n${dashes}END ${label}${dashes}`;
const jwt = ["eyJ" + url(33), "eyJ" + url(60), url(43)].join(".");
const privateLabel = ["PRIVATE", "KEY"].join(" ");

export const secrets: SecretCase[] = [
  at("GitHub personal token", "git clone https://github.com/o/r with @@ in hand", of("ghp", "_") + alnum(36)),
  at("GitHub server token", "remote: using @@", of("ghs", "_") + alnum(36)),
  at("GitHub OAuth token", "curl -H 'X: @@'", of("gho", "_") + alnum(36)),
  at("GitHub fine-grained token", "export X=@@", of("github", "_pat_") + alnum(22) + "_" + alnum(59)),
  at("GitHub token as a URL's user", "git push https://@@@github.com/o/r.git", of("ghp", "_") + alnum(36, "url")),
  at("GitLab personal token", "glab auth @@", of("gl", "pat-") + url(20)),
  at("GitLab runner token", "register @@", of("gl", "rt-") + url(20)),
  at("GitLab header", "curl --header 'PRIVATE-TOKEN: @@' https://git.example.org/api", alnum(20, "gitlab")),
  at("npm token", "npm set //registry.npmjs.org/ @@", of("npm", "_") + alnum(36)),
  at("npmrc line", "//registry.npmjs.org/:_authToken=@@", alnum(36, "npmrc")),
  at("npmrc basic auth", "_auth=@@", alnum(24, "npmrc") + "=="),
  at("PyPI token", "twine upload -u x @@ dist/*", "pypi-" + of("AgE", "IcHlwaS5vcmc") + url(80)),
  at("AWS access key id", "found @@ in the profile", of("AK", "IA") + random("upper", 16)),
  at("AWS secret key", "aws_secret_access_key = @@", alnum(38) + "/" + alnum(1, "aws")),
  at("AWS session token", "export AWS_SESSION_TOKEN=@@", "IQoJ" + alnum(200) + "=="),
  at("AWS presigned URL", "GET https://b.s3.amazonaws.com/o?X-Amz-Signature=@@", hex(64)),
  at("Azure storage key", "DefaultEndpointsProtocol=https;AccountName=web;AccountKey=@@;EndpointSuffix=core", alnum(86) + "=="),
  at("Azure client secret", "az login with @@", alnum(3) + "8Q~" + url(34)),
  at("Azure SAS", "azcopy copy a 'https://web.blob.core.windows.net/a?sv=2024-01-01&sig=@@'", alnum(43) + "%3D"),
  at("Google API key", "https://maps.example.org/js?v=3 @@", of("AI", "za") + url(35)),
  at("Google OAuth token", "gcloud said @@", of("ya", "29.") + url(60)),
  at("Google client secret", "client: @@", of("GOC", "SPX-") + url(28)),
  at("Slack bot token", "slack send @@", of("xo", "xb-") + random("digits", 12) + "-" + random("digits", 13) + "-" + alnum(24)),
  at("Slack app token", "slack app @@", of("xa", "pp-1-") + random("upper", 11) + "-" + random("digits", 13) + "-" + hex(64)),
  at("Slack webhook", "curl -d x https://hooks.slack.com/services/@@", "T" + random("upper", 8) + "/B" + random("upper", 8) + "/" + alnum(24)),
  at("Discord webhook", "curl https://discord.com/api/webhooks/@@", random("digits", 18) + "/" + url(68)),
  at("Stripe live key", "stripe charge @@", of("sk", "_live_") + alnum(24)),
  at("Stripe restricted key", "stripe charge @@", of("rk", "_test_") + alnum(24)),
  at("Stripe webhook secret", "listening, @@", of("wh", "sec_") + alnum(32)),
  at("Twilio key", "twilio login @@ now", of("S", "K") + hex(32)),
  at("Twilio auth token", "TWILIO_AUTH_TOKEN=@@", hex(32, "twilio")),
  at("SendGrid key", "mail @@", of("S", "G.") + url(22) + "." + url(43)),
  at("DigitalOcean token", "doctl auth init -t @@", of("do", "p_v1_") + hex(64)),
  at("OpenAI project key", "OPENAI: @@", of("s", "k-proj-") + url(100)),
  at("OpenAI old key", "call @@", of("s", "k-") + alnum(20) + of("T3Blbk", "FJ") + alnum(20, "b")),
  at("Anthropic key", "call @@", "s" + of("k-ant-", "api03-") + url(93) + "AA"),
  at("Groq key", "call @@", of("gs", "k_") + alnum(52)),
  at("Hugging Face token", "login @@", of("h", "f_") + random("letters", 34)),
  at("Linear key", "call @@", of("lin", "_api_") + alnum(40)),
  at("Notion token", "call @@", of("nt", "n_") + random("digits", 11) + alnum(35)),
  at("Shopify token", "call @@", of("shp", "at_") + hex(32)),
  at("Grafana service token", "call @@", of("gl", "sa_") + alnum(32) + "_" + hex(8)),
  at("Grafana cloud token", "call @@", "gl" + of("c_", "eyJ") + alnum(60)),
  at("Vault service token", "vault login @@", of("hv", "s.") + url(95)),
  at("Vercel token", "vercel deploy @@", of("vc", "p_") + alnum(40)),
  at("Databricks token", "databricks @@", of("da", "pi") + hex(32)),
  at("Docker token", "docker login @@", of("dckr", "_pat_") + url(27)),
  at("Figma token", "figma @@", of("fi", "gd_") + url(43)),
  at("Mailgun key", "mail @@", of("key", "-") + hex(32)),
  at("Telegram token", "curl https://api.telegram.org/bot @@", random("digits", 9) + of(":A", "A") + url(33)),
  at("Age key", "age -d @@", of("AGE-SECRET", "-KEY-1") + random("upper", 58)),
  at("bearer header", "curl -H 'Authorization: Bearer @@' https://a.example.org", alnum(24, "bearer")),
  at("basic header", "> Authorization: Basic @@", alnum(23, "basic") + "="),
  at("bearer without a header", "got bearer @@ back", alnum(40, "bearer")),
  at("API key header", "curl -H 'X-Api-Key: @@'", alnum(20, "header")),
  at("JWT", "token is @@ today", jwt),
  at("session header", "Cookie: @@", "sid=" + alnum(26) + "; theme=dark"),
  at("session being set", "< set-cookie: session=@@; Path=/; HttpOnly", alnum(32, "session")),
  at("DB_PASSWORD=", "DB_PASSWORD=@@ ./deploy.sh", of("hunter", "2")),
  at("quoted assignment", 'DB_PASSWORD="@@" ./deploy.sh', of("correct horse ", "battery")),
  at("make variable", "make deploy ENV=production TOKEN=@@", alnum(12, "make")),
  at("YAML", "  password: @@", of("s3cr3t", "Pa55")),
  at("compose", "      POSTGRES_PASSWORD: @@", of("correct", "horse")),
  at("JSON", '{"user":"web","client_secret":"@@"}', url(30, "json")),
  at("JSON in a shell string", '-d "{\\"password\\": \\"@@\\"}"', of("Tr0ub4", "dor&3")),
  at("generic NAME_SECRET=", "SESSION_SECRET=@@", of("lalala", "lala")),
  at("Laravel key", "APP_KEY=@@", "base64:" + alnum(43) + "="),
  at("query parameter", "GET /v1/x?id=5&access_token=@@&page=2", alnum(20, "query")),
  at("--token", "deploy --token @@ --force", alnum(16, "flag")),
  at("--password=", "mongodump --password=@@ --db web", of("opensesame", "1")),
  at("--client-secret", "az login --service-principal --client-secret '@@'", url(20, "flag")),
  at("argv as JSON", '["deploy", "--api-key", "@@"]', alnum(16, "argv")),
  at("mysql -p", "mysqldump -h db -u web -p@@ articles", of("hunter", "22")),
  at("sshpass", "sshpass -p @@ ssh web@db", of("hunter", "23")),
  at("docker login -p", "docker login -u web -p @@ registry.example.org", of("hunter", "24")),
  at("curl -u", "curl -u web:@@ https://a.example.org", of("hunter", "25")),
  at("redis-cli -a", "redis-cli -h cache -a @@ ping", of("hunter", "26")),
  at("openssl", "openssl rsa -in k.pem -passin pass:@@", of("hunter", "27")),
  at("SQL", "ALTER ROLE web WITH PASSWORD '@@';", of("hunter", "28")),
  at("netrc", "machine api.example.org login web password @@", of("hunter", "29")),
  at("Postgres URL", "psql postgres://web:@@@db.internal:5432/articles", of("hunter", "30")),
  at("MongoDB URL", "mongosh mongodb+srv://web:@@@cluster0.internal/app?retryWrites=true", of("hunter", "31")),
  at("MySQL URL", "DATABASE_URL=mysql://web:@@@db/articles", of("hunter", "32")),
  at("Redis URL", "redis://:@@@cache:6379/0", of("hunter", "33")),
  at("AMQP URL", "amqp://web:@@@queue:5672/%2f", of("hunter", "34")),
  at("basic auth in a URL", "git fetch https://web:@@@git.example.org/o/r.git", of("hunter", "35")),
  at("Go DSN", "dsn: web:@@@tcp(db:3306)/articles", of("hunter", "36")),
  at("Oracle", "jdbc:oracle:thin:web/@@@db:1521/x", of("hunter", "37")),
  at("shadow hash", "web:@@:19000:0:99999:7:::", of("$6", "$") + alnum(16) + "$" + alnum(86)),
  at("bcrypt hash", "htpasswd wrote web:@@", of("$2", "y$10$") + alnum(53)),
  ...["RSA ", "EC ", "OPENSSH ", "", "ENCRYPTED "].map((label) =>
    at(`${label}key over lines`, "cat id\n@@\ndone", block(`${label}${privateLabel}`))),
  at("key in JSON", '{"type": "service_account", "private_key": "@@\\n"}', block(privateLabel).replaceAll("\n", "\\n")),
  at("key cut off at the end", "cat id\n@@", block(`RSA ${privateLabel}`).slice(0, 200)),
  at("key cut off at the beginning", "@@\ndone", block(`RSA ${privateLabel}`).slice(60)),
  { kind: "PGP key", text: block(`PGP ${privateLabel} BLOCK`), secret: keyBody[1] ?? "", masked: "[masked]" },
  // What no rule knows today: the rate below counts them.
  { kind: "password on a line of its own", text: "Enter password:\nhunter38", secret: "hunter38", masked: null },
  { kind: "words in a sentence", text: "the admin login is web with opensesame99", secret: "opensesame99", masked: null },
];

const sha = (algorithm: string, seed: number): string => createHash(algorithm).update(`innocent ${seed}`).digest("hex");
const base64 = (algorithm: string, seed: number): string => createHash(algorithm).update(`innocent ${seed}`).digest("base64");
const many = (count: number, make: (index: number) => string): string[] => Array.from({ length: count }, (_, index) => make(index));

function uuid(seed: number): string {
  const h = sha("sha1", seed);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
}

const pictures = [of("iVBORw0KGgo", "AAAANSUhEUgAA"), "R0lGODlhAQABAIAAAAAAAP", "/9j/4AAQSkZJRgABAQ", "PHN2ZyB4bWxucz0i"];

/** Texts with nothing secret in them. */
export const innocents: string[] = [
  ...many(20, (n) => sha("sha1", n)),
  ...many(10, (n) => `${sha("sha1", n + 50).slice(0, 7)} Merge pull request #${n + 1} from o/topic-${n}`),
  ...many(6, (n) => `commit ${sha("sha256", n)}`),
  ...many(15, uuid),
  ...many(12, (n) => `"integrity": "sha512-${base64("sha512", n)}"`),
  ...many(8, (n) => `    --hash=sha256:${sha("sha256", n + 20)} \\`),
  ...many(6, (n) => `golang.org/x/net v0.${n}.0 h1:${base64("sha256", n)}`),
  ...many(6, (n) => `checksum = "${sha("sha256", n + 40)}"`),
  ...many(8, (n) => `docker.io/library/postgres@sha256:${sha("sha256", n + 60)}`),
  ...many(8, (n) => `data:image/png;base64,${pictures[n % 4]}${base64("sha512", n + 9)}${base64("sha512", n + 19)}`),
  ...many(6, (n) => `resolved "https://registry.yarnpkg.com/pkg-${n}/-/pkg-${n}-1.${n}.0.tgz#${sha("sha1", n + 90)}"`),
  ...many(5, (n) => `diff --git a/src/auth/token-${n}.ts b/src/auth/token-${n}.ts`),
  ...many(5, (n) => `2026-11-2${n}T09:12:44.123Z INFO request_id=${uuid(n + 30)} status=200 duration=${n}12ms`),
  ...many(4, (n) => `machine fingerprint ${sha("sha256", n + 200)}`),
  ...`fix: token expiry is checked before the refresh
feat(auth): add token: refresh on 401
Reset password: mail goes out only once
Add --token flag to deploy
Document the --password option, and --api-key too
Support --password-stdin for docker login
deploy --token-file /run/secrets/deploy
Rename secret: now called credential
Remove secrets from the log
password: required
token = next()
const token = getToken();
password=self.password
token=config.token
api_key: str | None = None
secret: process.env.SECRET
TOKEN=$TOKEN make deploy
make deploy TOKEN=[masked]
DB_PASSWORD=\${DB_PASSWORD} ./deploy.sh
export PASSWORD="$(pass show db)"
Authorization: Bearer \${API_TOKEN}
curl -H "Authorization: Bearer $TOKEN" https://a.example.org
--password "$DB_PASSWORD"
password: "{{ vault_password }}"
secret: <your secret>
DB_PASSWORD=
API_TOKEN=***
GITHUB_TOKEN=\${{ secrets.GITHUB_TOKEN }}
Unexpected token '<', "<!doctype "... is not valid JSON
SyntaxError: Unexpected token } in JSON at position 412
max_tokens=4096 temperature=0.2
tokens: 12842 in, 391 out
token_count: 512
pass=12 fail=0 skip=3
passed: 120, failed: 0
# pass 41
PASS src/auth/password.test.ts
compass=north1 bypass=true
cache key: article-42-v3
primary_key=id foreign_key=author_id
sort_key: published_at
PWD=/home/web/articles
SSH_AUTH_SOCK=/tmp/ssh-XXXXabcdef/agent.1234
private_key=certs/staging.pem
PASSWORD_FILE=/run/secrets/db_password
secretName: articles-db
https://git.example.org/web/articles/-/merge_requests/42
https://example.org/a?page=2&sort=asc#section-3
https://registry.npmjs.org/@types/node/-/node-20.19.43.tgz
http://localhost:8000/@scope/pkg
http://127.0.0.1:8000/articles/42
git@github.com:owner/repository.git
ssh://git@git.example.org:2222/web/articles.git
postgres://db.internal:5432/articles
redis://cache:6379/0
mailto:bob@example.org
Co-authored-by: Bob <bob@example.org>
Signed-off-by: Alice Example <alice@example.org>
npm_config_registry=https://registry.npmjs.org/
npm_lifecycle_event=prepare
npm WARN deprecated request@2.88.2: request has been deprecated
sk-button sk-slider-handle
risk-assessment-for-the-whole-organisation
task-list-item-checkbox-container-element
/usr/lib/python3/dist-packages/sqlalchemy/dialects/postgresql/psycopg2.py
src/very/long/path/to/some/Component/WithAnExtraordinarilyLongNameThatGoesOn.tsx
node_modules/@secretlint/secretlint-rule-preset-recommend/module/index.js
db/migrate/20261124091230_add_password_digest_to_users.rb
test/fixtures/token.json
.github/workflows/deploy-to-production.yml
Successfully built 3f1d0c9a7b2e
Writing image sha256:${sha("sha256", 300)} done
Status: Downloaded newer image for nginx:1.27-alpine
INFO  [alembic.runtime.migration] Running upgrade 1a2b3c4d5e6f -> 6f5e4d3c2b1a, add index
pg_dump: dumping contents of table "public.articles"
Time:        1.234 s, estimated 2 s
Test Files  12 passed (12)
Tests  128 passed | 2 skipped (130)
coverage: 87.4% of statements
ok  	git.example.org/web/articles	0.312s
Compiling serde v1.0.219
Finished \`release\` profile [optimized] target(s) in 41.80s
Successfully installed fastapi-0.115.0 uvicorn-0.30.6
added 312 packages, and audited 313 packages in 9s
To https://git.example.org/web/articles.git
   1a2b3c4..5d6e7f8  main -> main
Duration 1 min 14 s, exit 0
2026-11-24
2026-11-24T09:21:30Z
Tue Nov 24 09:21:30 2026 +0100
v1.2.3-rc.4+build.567
1.2.840.113549.1.1.11
ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"
X-Request-Id: 7b1c2d3e4f5a6b7c
x-cache: HIT from edge-42
content-security-policy: default-src 'self'
Set cookie banner only once
Cookie: banner shown again after consent
Use a bearer token for the internal API
Bearer authentication for internal services
Authorization: required for all routes
session: keep alive for 30 minutes
Fix basic auth: prompt twice on Safari
login with password and one-time code
user:group ownership of /var/lib/articles
chown web:web -R /srv/articles
docker run -u 1000:1000 -p 8080:80 nginx
mysql -h db -u web -p articles < dump.sql
psql -XAtf bench/slow.sql
ssh -p 2222 web@db uptime
kubectl rollout status deployment/articles-api-6d4cf56db6-x8z2k
pod/articles-api-6d4cf56db6-x8z2k condition met
arn:aws:iam::123456789012:role/deploy
aws_account_id: 123456789012
ami-0abcdef1234567890 i-0123456789abcdef0
eyJ is how a JWT begins
SG.md and SG.b are not mail keys
The key is under the mat
Keyboard shortcuts: Ctrl+K opens search
-----BEGIN CERTIFICATE-----
-----BEGIN PUBLIC KEY-----
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDexampleexampleexampleexampleexampleexam web@laptop
SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8 (ED25519)
GPG key ID 4AEE18F83AFDEB23
lorem ipsum dolor sit amet consectetur adipiscing elit
internationalisation responsibilities characteristically
{"name":"articles","version":"1.4.2","private":true}
{"level":"error","msg":"upstream timed out","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}
GET /articles/42?token_type=short 200 12ms`.split("\n"),
];
