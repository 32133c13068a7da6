/*
 * What a secret looks like, as data: our own rules, the anchors that make a line worth a look, and the shapes that
 * secretlint's preset could find. `secrets.ts` applies them.
 *
 * Every pattern runs over one line and takes time linear in it: no prefix of unbounded length stands before a keyword.
 */

/**
 * One kind of secret. `pattern` is global; its group `secret` (else the whole match) is what is masked, and where
 * something stands before it, that is the group `before`. `accept` says no to what only looks like one.
 */
interface SecretRule {
  name: string;
  pattern: RegExp;
  accept?: (secret: string, match: RegExpMatchArray) => boolean;
}

const reference = /^(?:\\?\$|%[\w-]+%|\{\{|\{[\w.-]*\}?$|<[^<>]*>?$|\[masked\]|\*+$|\.{3}|(.)\1{2,}$)/;
const call = /^(?:!?[A-Za-z_]\w*(?:\.\w+){0,4}\(|(?:self|this|config|settings|env|process|os|args|options|opts|params|request|req|ctx|context|props|state|data|user|secrets|vars|steps|github|inputs|matrix|needs)\.[A-Za-z_.]+$)/;
const path = /^(?:~|\.{1,2})?(?:\/[a-z][a-z0-9._-]*)+\/?$|^[A-Za-z]:\\|^[\w./-]+\.(?:pem|key|crt|json|txt|ya?ml|env|[jt]sx?|py|go|rb)$/;
const words = new Set((
  "true false null nil none undefined yes no on off ok enabled disabled required optional missing invalid expired " +
  "empty unset set masked redacted hidden secret token password passwd string number boolean str int bool any " +
  "default object unknown prompt value auto always never read write admin-only todo tbd n/a"
).split(" "));
const prose = new Set((
  "flag flags option options argument arguments arg args param parameter parameters switch value values to for and or " +
  "is in on as if by of the a an when from with without not now via support supports instead only file env are was be " +
  "should must can which that into handling prompt required optional deprecated to, so but it because before after at " +
  "takes works accepts fails does has have where while like also too again, then than during per over under"
).split(" "));

/** Whether a value stands for a secret (a variable, a call, a path, a word of the trade) and is none itself. */
function isPlaceholder(value: string): boolean {
  const bare = value.replace(/[.,;:!?)\]}]+$/, "");
  return bare === "" || reference.test(value) || call.test(value) || path.test(bare) ||
    words.has(bare.toLowerCase()) || /^[-+]?\d{1,5}(?:\.\d+)?(?:[a-z]{1,3}|%)?$/.test(bare) || bare.startsWith("[masked]");
}

const isMixed = (value: string): boolean => /\d/.test(value) && /[A-Za-z]/.test(value);
const isReal = (value: string): boolean => !isPlaceholder(value);
const isVersionOrDate = (value: string): boolean => /^v?\d+(?:[.-]\d+)+(?:[T.-][\w.:]*)?$/.test(value);

/** Names whose value is a secret; the name ends here, so that `token_count` and `password-file` are none. */
const secretName =
  "(?:password|passwd|passphrase|(?<![A-Za-z])(?:pass|pwd|pw)|secret|token|credentials?|authtoken|" +
  "(?:api|access|secret|private|auth|encryption|signing|master|account|shared|license|service|app|deploy|storage|" +
  "consumer|session|client|webhook|rails_master|shared_?access)[-_]?key|secret[-_]?key[-_]?base|" +
  "secret[-_]?access[-_]?key|(?<![A-Za-z])_auth|(?:session|csrf)[-_]?id|sessid)";

const assigned = new RegExp(
  `(?<before>(?<name>${secretName})\\\\?["'\`]?(?<gap>\\s{0,3}(?:=>|:=|=|:)\\s{0,3}))` +
  "(?:(?<quote>\\\\?[\"'])(?<quoted>(?:(?!\\k<quote>)(?:\\\\[^\\r\\n]|[^\\r\\n])){1,4096})|(?<bare>(?:[^\\s\"'`&;,<>|]|,(?=\\S))+))",
  "gi",
);

/** `NAME=value`, `"name": "value"`, `name: value`: how sure one must be depends on how it is written. */
function acceptAssigned(secret: string, match: RegExpMatchArray): boolean {
  const { name = "", gap = "", quoted } = match.groups ?? {};
  if (!isReal(secret) || secret.toLowerCase() === name.toLowerCase()) return false;
  const shouted = name === name.toUpperCase() && !/^=\s/.test(gap);
  if (gap === "=" || shouted) return !(/^pass$/i.test(name) && /^[\d/]+$/.test(secret));
  if (quoted !== undefined) return secret.length >= 6 && !/\s/.test(secret) && !/^[A-Z][a-z]+$/.test(secret);
  return secret.length >= 8 && isMixed(secret) && !isVersionOrDate(secret) && !/[[({]/.test(secret);
}

const flagged = new RegExp(
  `(?<before>(?<![\\w-])--?(?:[a-z]+-){0,3}${secretName}["']?(?:[,\\s]{1,3}|=)["']?)(?<secret>[^\\s"'\`;,|&<>]+)`,
  "gi",
);

const acceptFlagged = (secret: string): boolean =>
  isReal(secret) && !secret.startsWith("--") && !prose.has(secret.toLowerCase().replace(/[.,:)]+$/, ""));

/** Tokens that their makers gave a shape of their own: prefix, alphabet, length. */
const shapes: [name: string, pattern: RegExp][] = [
  ["jwt", /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){1,3}/g],
  ["github-token", /(?<![A-Za-z])(?:gh[pousr]_[A-Za-z0-9_.-]{30,}|github_pat_\w{22,})/g],
  ["gitlab-token", /(?<![A-Za-z])gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[\w.-]{20,}/g],
  ["npm-token", /(?<![A-Za-z])npm_[A-Za-z0-9]{36}/g],
  ["pypi-token", /(?<![A-Za-z])pypi-AgE[\w-]{40,}/g],
  ["aws-access-key", /\b(?:A3T[A-Z0-9]|AKIA|AGPA|AROA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g],
  ["stripe-key", /(?<![A-Za-z])(?:[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,}|whsec_[\w+/=]{20,})/g],
  ["google-key", /(?<![A-Za-z])(?:AIza[\w-]{30,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,})/g],
  ["azure-secret", /(?<![\w~.-])[\w~.-]{3}[78]Q~[\w~.-]{31,37}/g],
  ["slack-token", /\b(?:xox[a-z]-[\w-]{10,}|xapp-\d-[\w-]{10,})/g],
  ["twilio-key", /\bSK[0-9a-f]{32}\b/g],
  ["sendgrid-key", /(?<![A-Za-z])SG\.[\w-]{16,}\.[\w-]{16,}/g],
  ["digitalocean-token", /(?<![A-Za-z])do[opr]_v1_[0-9a-f]{64}/g],
  ["openai-key", /(?<![A-Za-z])sk-(?:(?:proj|svcacct|admin|ant|or)-[\w-]{20,}|[A-Za-z0-9]{32,})/g],
  ["mailgun-key", /(?<![\w-])key-[0-9a-f]{32}\b/g],
  ["mailchimp-key", /\b[0-9a-f]{32}-us\d{1,2}\b/g],
  ["telegram-token", /\b\d{8,10}:AA[\w-]{32,34}(?![\w-])/g],
  ["newrelic-key", /\bNRAK-[A-Z0-9]{27}\b/g],
  ["sentry-token", /\bsntr[ysu]_[\w=+/-]{30,}/g],
  ["terraform-token", /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}/g],
  ["vault-token", /(?<![A-Za-z])hv[sbr]\.[\w-]{24,}/g],
  ["age-key", /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/g],
  ["doppler-token", /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{40,}/g],
  ["pulumi-token", /\bpul-[0-9a-f]{40}\b/g],
  ["postman-key", /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b/g],
  ["shopify-token", /(?<![A-Za-z])shp(?:pa|ca|at|ss)_[A-Za-z0-9]{32,}/g],
  ["square-token", /\bsq0[a-z]{3}-[\w-]{22,}/g],
  ["huggingface-token", /(?<![A-Za-z])hf_[A-Za-z]{34}/g],
  ["docker-token", /(?<![A-Za-z])dckr_(?:pat|oat)_[\w-]{27,}/g],
  ["databricks-token", /(?<![A-Za-z])dapi[0-9a-f]{32}/g],
  ["supabase-key", /(?<![A-Za-z])(?:sbp_[0-9a-f]{40}|sb_secret_[\w-]{20,})/g],
  ["planetscale-token", /(?<![A-Za-z])pscale_(?:pw|tkn|oauth)_[\w.-]{32,}/g],
  ["password-hash", /\$(?:2[abxy]|5|6|y|argon2(?:id?|d))\$[\w./$=,+-]{20,}/g],
];

const secretShapes: SecretRule[] = shapes.map(([name, pattern]) => ({ name, pattern }));

/** Secrets told by what stands around them. */
const secretPlaces: SecretRule[] = [
  {
    name: "authorization-header",
    pattern: /(?<before>\b(?:proxy-)?authorization["']?\s{0,3}[:=]\s{0,3}["']?(?<scheme>(?:basic|bearer|token|digest|negotiate|apikey|aws4-hmac-sha256|key|bot)\s{1,3})?)(?<secret>[^\s"',][^\r\n"']*)/gi,
    accept: (secret, match) =>
      isReal(secret) && (match.groups?.["scheme"] === undefined ? /^\S{12,}$/.test(secret) && isMixed(secret) : secret.length >= 6),
  },
  { name: "bearer-token", pattern: /(?<before>\bbearer\s{1,3})(?<secret>[\w.~+/=-]{16,})/gi, accept: (secret) => /\d/.test(secret) },
  {
    name: "secret-header",
    pattern: /(?<before>\b(?:x-[a-z-]{0,40}(?:key|token|secret|signature|session(?:-id)?)|private-token|job-token|deploy-token|dd-api-key|api-key)["']?:\s{0,3}["']?)(?<secret>[^\s"'`;,]{6,})/gi,
    accept: isReal,
  },
  { name: "cookie", pattern: /(?<before>(?<!set-)\bcookie["']?\s{0,3}[:=]\s{0,3}["']?)(?<secret>[\w.-]+=[^\r\n"']+)/gi, accept: (secret) => isReal(secret.slice(secret.indexOf("=") + 1)) },
  { name: "cookie", pattern: /(?<before>\bset-cookie["']?\s{0,3}:\s{0,3}["']?[\w.-]+=)(?<secret>[^;\s"']{4,})/gi, accept: isReal },
  { name: "cookie", pattern: /(?<before>(?<![\w-])(?:-b|--cookie)[ =]["']?)(?<secret>[\w.-]+=[^\r\n"'\s]+)/gi, accept: (secret) => isReal(secret.slice(secret.indexOf("=") + 1)) },
  {
    name: "url-credentials",
    pattern: /(?<before>\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/@:"'<>]{0,256}:)(?<secret>[^\s/"'<>]{1,512})(?=@[^\s/@])/gi,
    accept: isReal,
  },
  {
    name: "url-credentials",
    pattern: /(?<before>\bhttps?:\/\/)(?<secret>[\w.~%-]{16,256})(?=(?::x-oauth-basic)?@)/gi,
    accept: (secret) => isMixed(secret),
  },
  { name: "url-credentials", pattern: /(?<before>\bjdbc:oracle:[a-z]{2,6}:[^\s/]{1,64}\/)(?<secret>[^\s@/"']{1,256})(?=@)/gi, accept: isReal },
  { name: "url-credentials", pattern: /(?<before>\b[\w.-]{1,64}:)(?<secret>[^\s@/"':]{1,256})(?=@(?:tcp|unix)\()/g, accept: isReal },
  { name: "url-signature", pattern: /(?<before>[?&](?:sig|signature|x-amz-signature|x-amz-security-token|x-amz-credential|x-goog-signature|access_token|auth|code|jwt)=)(?<secret>[\w%+/=.-]{16,})/gi, accept: isReal },
  { name: "slack-webhook", pattern: /(?<before>\bhooks\.slack\.com\/(?:services|workflows|triggers)\/)(?<secret>[\w/-]{10,})/gi },
  { name: "chat-webhook", pattern: /(?<before>\b(?:discord(?:app)?\.com\/api(?:\/v\d+)?\/webhooks|[\w.-]{1,64}\.webhook\.office\.com\/webhookb2)\/)(?<secret>[\w@/-]{16,})/gi },
  { name: "user-and-password", pattern: /(?<before>(?<![\w-])(?:-u|--user|--proxy-user|--creds?|--src-creds|--dest-creds|-U)(?:\s{1,3}|=)["']?[\w.@%+\\-]{1,128}:)(?<secret>[^\s"':/][^\s"']*)/g, accept: (secret) => isReal(secret) && !/^\d+$/.test(secret) },
  { name: "client-password", pattern: /(?<before>\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mysqlimport|mycli)\b[^\r\n|;&]{0,400}?\s-p)(?<secret>[^\s"'=-][^\s"']*)/g, accept: isReal },
  { name: "client-password", pattern: /(?<before>\b(?:sshpass\s{1,3}-p|redis-cli\b[^\r\n|;&]{0,200}?\s-a|(?:docker|podman|helm|az|oc|buildah|skopeo)\b[^\r\n|;&]{0,60}\blogin\b[^\r\n|;&]{0,200}?\s-p|(?:unzip|zip|7z)\b[^\r\n|;&]{0,100}?\s-P|ldap\w{3,8}\b[^\r\n|;&]{0,200}?\s-w)\s{0,3}["']?)(?<secret>[^\s"']+)/g, accept: isReal },
  { name: "pass-argument", pattern: /(?<before>(?<![\w-])-(?:pass(?:in|out)?|storepass|keypass|k)\s{1,3}["']?pass:)(?<secret>[^\s"']+)/g, accept: isReal },
  { name: "netrc", pattern: /(?<before>\bmachine\s{1,3}\S{1,200}\s{1,3}login\s{1,3}\S{1,200}\s{1,3}password\s{1,3})(?<secret>\S+)/g, accept: isReal },
  { name: "sql-password", pattern: /(?<before>\b(?:identified\s{1,3}by|(?:encrypted|with|user|role)\b[^\r\n;]{0,128}?\bpassword)\s{1,3})(?<quote>['"])(?<quoted>[^'"\r\n]{1,256})/gi, accept: isReal },
  { name: "command-flag", pattern: flagged, accept: acceptFlagged },
  { name: "assignment", pattern: assigned, accept: acceptAssigned },
];

/** Our own rules; several may share a name. */
export const secretRules: readonly SecretRule[] = [...secretShapes, ...secretPlaces];

/**
 * What makes a line worth our rules and the preset's shapes: one pass over everything, so that a thousand harmless
 * lines cost next to nothing. Every rule here and every shape below holds one of these.
 */
export const anchors = new RegExp(
  "pass|pwd|secret|token|cred|key|auth|bearer|cookie|sess|csrf|identified|machine|login|_pw|-pw|redis-cli|mysql|mariadb|mycli|7z|zip|ldap|skopeo|" +
  "://[^/\\s]*@|jdbc:oracle|@tcp\\(|@unix\\(|sig(?:nature)?=|[?&](?:code|jwt)=|x-amz-|x-[a-z-]*si|webhook|hooks\\.slack|private|t3blb|x-oauth|" +
  "a3t[a-z0-9]|akia|agpa|aroa|asia|abia|acca|" +
  "eyj|gh[pousr]_|github_pat|gl[a-z]{1,5}[-_]|npm_|pypi-|[sr]k_|whsec_|aiza|ya29|gocspx|q~|xox[a-z]-|xapp-|sk[0-9a-f]{32}|" +
  "sg\\.|do[opr]_v1|sk-|-us[0-9]|:aa|nrak-|sntr|atlasv1|hv[sbr]\\.|dp\\.|pul-|pmak|shp|sq0|hf_|dckr_|dapi|sb[p_]|pscale|" +
  "gsk_|lin_api|ntn_|ops_|vc[piark]_|figd_|\\$(?:2[abxy]|5|6|y|argon)|\\s(?:-u|-b|--user|--proxy-user|-U)[ =]",
  "gi",
);

/**
 * The shapes that secretlint's recommended preset (12.0.0) can find, each a little wider than its own pattern. Where
 * none stands in a text, the preset finds nothing in it, and need not be loaded. A private key runs over several
 * lines and is known by its first.
 */
export const presetShapes = new RegExp([
  "(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)_?(?:KEY|key|Key)[\"']?\\s*(?::|=>|=|$)",
  "-----BEGIN ?[A-Z ]*PRIVATE KEY",
  ":x-oauth-basic@github.com/",
  "npm_\\w{36}",
  "(?:xox[bpaor]|xapp)-[A-Za-z0-9]+-[A-Za-z0-9]",
  "[hH][oO][oO][kK][sS]\\.[sS][lL][aA][cC][kK]\\.[cC][oO][mM]/",
  "(?:https?|ftps?)://[-\\w]{1,256}:[-\\w]{1,256}@",
  "(?:[mM][oO][nN][gG][oO][dD][bB](?:\\+[sS][rR][vV])?|[mM][yY][sS][qQ][lL][xX]?|[pP][oO][sS][tT][gG][rR][eE][sS](?:[qQ][lL])?)://[^:/\\s]{1,100}:(?!\\[masked\\]@)[^@/\\s]{1,200}@",
  "T3BlbkFJ",
  "sk-ant-api0",
  "gsk_[A-Za-z0-9]{52}",
  "hf_[A-Za-z]{34}",
  "lin_api_\\w{32}",
  "ntn_[0-9]{11}[A-Za-z0-9]{35}",
  "SG\\.\\w+\\.\\w",
  "shp(?:pa|ca|at|ss)_[A-Za-z0-9]{32}",
  "gh[pousr]_\\w{36}",
  "github_pat_\\w{82}",
  "glpat-[\\w-]{20}",
  "glc_[A-Za-z0-9+/]{32}",
  "glsa_[A-Za-z0-9]{32}_",
  "ops_ey[A-Za-z0-9+/=]{100}",
  "hv[sbr]\\.[\\w-]{90}",
  "vc[piark]_[A-Za-z0-9]{20}",
  "dapi[A-Fa-f0-9]{32}",
  "dckr_pat_[\\w-]{27}",
  "figd_[\\w-]{40}",
].join("|"));
