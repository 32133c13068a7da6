import { pathMatcher } from "../record/globs.ts";
import type { FileKind } from "../record/schema.ts";

/** What the configuration adds to the table (`kinds`): it wins over the table, the first one first. */
export type ConfiguredKinds = readonly (readonly [kind: FileKind, matches: (path: string) => boolean])[];

const script = String.raw`(?:[cm]?[jt]sx?|py|rb|php|go|java|kt|cs|exs|sql)`;
const yaml = String.raw`ya?ml`;
/** `install.go`, `history.rs` and `changes.json` are no documents: the ending says more than the name. */
const notProse = String.raw`(?:[cm]?[jt]sx?|vue|py|go|rs|rb|php|java|kt|cs|swift|c|cc|cpp|h|hpp|lua|pl|exs?|sql|s?css|sh|ps1|bat|json5?|ya?ml|toml|xml)`;

/**
 * What is known of file kinds. The first row that matches decides, so the order says what is stronger: a file
 * of a test's folder is a test whatever it is called, a migration is no ordinary SQL, a lock file no ordinary JSON.
 */
const table: readonly (readonly [kind: FileKind, what: string, path: RegExp])[] = [
  ["test", "folders", /(?:^|\/)(?:tests?|__tests__|__mocks__|__snapshots__|e2e|testdata|cypress|[\w.-]+\.tests?|(?:unit|integration|functional|acceptance)[_-]?tests?)\/|^t\//i],
  ["test", "rspec", /(?:^|\/)spec\/.*\.(?:rb|[cm]?[jt]sx?|lua|cr)$/],
  ["test", "names", /(?:^|\/)(?:test_[^/]*\.py|conftest\.py|[^/]+_test\.(?:py|go|rb|dart|exs?|c|cc|cpp|rs)|[^/]+_spec\.(?:rb|lua|cr)|[^/]+\.(?:test|spec|cy|e2e)\.[\w.]+|[^/]+\.(?:snap|bats|rakutest))$/],
  ["test", "names of classes", /(?:^|\/)[^/]*[a-z0-9](?:Tests?|IT|Spec)\.(?:java|kt|scala|groovy|cs|vb|fs|php|swift)$/],

  ["migration", "Rails", /(?:^|\/)db\/(?:\w+_)?(?:migrate|post_migrate)\/[^/]+\.rb$/],
  ["migration", "Alembic, Flask-Migrate", /(?:^|\/)(?:\w*alembic\w*|migrations?)\/(?:[\w-]+\/)*versions\/[^/]+\.py$/],
  ["migration", "Prisma", /(?:^|\/)prisma\/(?:.+\/)?migrations\/.+\.sql$/],
  ["migration", "Drizzle", /(?:^|\/)drizzle\/(?:.+\/)?\d{4}_[^/]+\.sql$/],
  ["migration", "Flyway", /(?:^|\/)(?:[VU]\d+(?:[._]\d+)*|R)__[^/]+\.(?:sql|java|kt|py)$/],
  ["migration", "Liquibase", /(?:^|\/)(?:(?:db|database|liquibase|resources)(?:[./-]|\/(?:[\w-]+\/){0,4})changelogs?\/.+|[^/]*\bchangelog-(?:root|master)|db[._-]changelog[^/]*|[^/]+\.changelog)\.(?:xml|ya?ml|json|sql)$/],
  ["migration", "golang-migrate, dbmate, goose", /(?:^|\/)\d+_[^/]+\.(?:up|down)\.(?:sql|json|cql)$/],
  ["migration", "Sqitch", /(?:^|\/)sqitch\.plan$/],
  ["migration", "Django, Knex, TypeORM, Sequelize, Laravel, Ecto, Entity Framework: by number or time", new RegExp(String.raw`(?:^|\/)migrations?\/(?:[^/]+\/)*(?:\d{3,}[_.-]?[^/]*|(?:Migration|Version)\d{8,}|m\d{6}_[^/]+)\.${script}$`, "i")],
  ["migration", "plain SQL", /(?:^|\/)(?:migrations?|schema[_-]?changes)\/(?:.+\/)?[^/]+\.sql$/i],

  ["dependencies", "npm, pnpm, yarn, bun, Deno", /(?:^|\/)(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|bun\.lockb?|deno\.lock|bower\.json)$/],
  ["dependencies", "pip, Poetry, uv, PDM, conda", /(?:^|\/)(?:[^/]*requirements[^/]*\.(?:txt|in)|requirements\/[^/]+\.(?:txt|in)|constraints[^/]*\.txt|pyproject\.toml|setup\.(?:py|cfg)|Pipfile(?:\.lock)?|poetry\.lock|uv\.lock|pdm\.lock|pixi\.(?:toml|lock)|environment\.ya?ml|conda-lock\.yml)$/],
  ["dependencies", "cargo", /(?:^|\/)Cargo\.(?:toml|lock)$/],
  ["dependencies", "go", /(?:^|\/)(?:go\.(?:mod|sum|work|work\.sum)|Gopkg\.(?:toml|lock)|vendor\/modules\.txt)$/],
  ["dependencies", "maven, gradle, sbt", /(?:^|\/)(?:pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|gradle\.lockfile|libs\.versions\.toml|gradle-wrapper\.properties|build\.sbt|project\/plugins\.sbt)$/],
  ["dependencies", "bundler", /(?:^|\/)(?:Gemfile(?:\.lock)?|gems\.(?:rb|locked)|[^/]+\.gemspec)$/],
  ["dependencies", "composer", /(?:^|\/)composer\.(?:json|lock)$/],
  ["dependencies", "nuget", /(?:^|\/)(?:[^/]+\.(?:cs|vb|fs)proj|packages\.(?:config|lock\.json)|Directory\.(?:Packages|Build)\.props|paket\.(?:dependencies|lock)|[^/]+\.nuspec|global\.json)$/],
  ["dependencies", "mix, rebar", /(?:^|\/)(?:mix\.(?:exs|lock)|rebar\.(?:config|lock))$/],
  ["dependencies", "pub, Swift, CocoaPods, Conan, vcpkg, Nix, Haskell, Julia, R, Elm, Dune", /(?:^|\/)(?:pubspec\.(?:yaml|lock)|Package\.(?:swift|resolved)|Podfile(?:\.lock)?|Cartfile(?:\.resolved)?|conanfile\.(?:txt|py)|vcpkg\.json|flake\.lock|stack\.yaml(?:\.lock)?|cabal\.project(?:\.freeze)?|[^/]+\.cabal|(?:Project|Manifest)\.toml|renv\.lock|elm\.json|[^/]+\.opam)$/],

  ["infra", "GitHub Actions, Gitea, Forgejo", /^\.(?:github|gitea|forgejo)\/(?:workflows|actions)\//],
  ["infra", "GitLab CI", /(?:^|\/)(?:[^/]*\.gitlab-ci[^/]*\.ya?ml|\.gitlab\/ci\/.+)$/],
  ["infra", "other CI", /(?:^|\/)(?:\.(?:circleci|buildkite|woodpecker|semaphore|teamcity|azure-pipelines|tekton|builds|drone)\/.+|\.(?:travis|woodpecker|drone|cirrus|appveyor|build)\.ya?ml|\.(?:drone|cirrus)\.star|(?:bitbucket-pipelines|azure-pipelines[^/]*|appveyor|buildspec[^/]*|cloudbuild[^/]*|wercker|codeship-steps)\.ya?ml|Jenkinsfile[^/]*)$/],
  ["infra", "Docker, compose", /(?:^|\/)(?:(?:Docker|Container)file[^/]*|[^/]+\.(?:docker|container)file|\.(?:docker|container)ignore|(?:docker-)?compose[^/]*\.ya?ml|docker-bake\.(?:hcl|json)|docker-stack[^/]*\.ya?ml)$/i],
  ["infra", "Terraform, OpenTofu, Terragrunt, Packer, Nomad", /(?:^|\/)(?:[^/]+\.(?:tf|tofu|tfvars|nomad|pkr\.hcl|hcl)|[^/]+\.(?:tf|tfvars)\.json|\.terraform\.lock\.hcl)$/],
  ["infra", "Helm", /(?:^|\/)(?:Chart\.(?:yaml|lock)|helmfile[^/]*\.ya?ml|(?:charts?|helm)\/.+\.(?:ya?ml|tpl))$/],
  ["infra", "Kubernetes", /(?:^|\/)(?:kustomization\.ya?ml|skaffold\.ya?ml|Tiltfile|(?:k8s|kubernetes|kube|kustomize|argocd|flux)\/.+\.(?:ya?ml|json))$/],
  ["infra", "Ansible, Salt, Puppet, Chef", new RegExp(String.raw`(?:^|\/)(?:ansible\.cfg|(?:ansible|playbooks?|group_vars|host_vars|inventor(?:y|ies))\/.+\.(?:${yaml}|ini|cfg|j2)|roles\/[^/]+\/(?:tasks|handlers|vars|defaults|meta|templates)\/.+|playbook[^/]*\.${yaml}|[^/]+\.(?:sls|pp)|Berksfile)$`)],
  ["infra", "nginx and other servers", /(?:^|\/)(?:[^/]*nginx[^/]*\.(?:conf|conf\.template|conf\.j2)|nginx\/.+|sites-(?:available|enabled)\/.+|Caddyfile[^/]*|haproxy[^/]*\.cfg|traefik[^/]*\.(?:ya?ml|toml)|[^/]+\.vcl|httpd\.conf|prometheus[^/]*\.ya?ml|alertmanager[^/]*\.ya?ml)$/],
  ["infra", "systemd, cron", /(?:^|\/)(?:[^/]+\.(?:service|timer|socket|mount|slice)|(?:etc\/)?cron(?:tab|\.d\/.+))$/],
  ["infra", "platforms", /(?:^|\/)(?:Vagrantfile|Procfile[^/]*|fly[^/]*\.toml|vercel\.json|netlify\.toml|render\.yaml|wrangler\.(?:toml|jsonc?)|serverless\.(?:ya?ml|ts)|Pulumi[^/]*\.ya?ml|cdk\.json|samconfig\.toml|app\.yaml|cloudformation\/.+\.(?:ya?ml|json)|[^/]+\.bicep)$/],

  ["config", "of the forge", /(?:^|\/)(?:CODEOWNERS|\.mailmap|dependabot\.ya?ml|renovate\.json5?|FUNDING\.yml)$/],
  ["content", "images", /\.(?:png|jpe?g|gif|svg|webp|avif|ico|icns|bmp|tiff?|psd|ai|eps|heic|xcf|fig|sketch)$/i],
  ["content", "fonts", /\.(?:woff2?|ttf|otf|eot)$/i],
  ["content", "media and documents", /\.(?:mp[34]|m4[av]|mov|avi|mkv|webm|og[agv]|wav|flac|aac|opus|pdf|epub|docx?|xlsx?|pptx?|od[tsp]|glb|gltf|obj|fbx|blend)$/i],
  ["content", "data and translations", /(?:\.(?:csv|tsv|parquet|po|pot|mo|xlf|xliff|arb|ftl|srt|vtt)|(?:^|\/)(?:robots|humans|security|ads)\.txt)$/i],
  ["docs", "names", new RegExp(String.raw`(?:^|\/)(?![^/]*\.${notProse}$)(?:readme|changelog|changes|history|news|licen[cs]e|copying|notice|contributing|authors|contributors|maintainers|security|support|governance|citation|code_of_conduct|install|upgrading|todo|rel(?:ease)?[_-]?notes?)(?:[._-][\w.-]*)?$`, "i")],
  ["docs", "texts", /\.(?:md|mdx|markdown|rst|adoc|asciidoc|org|textile|tex|bib|rdoc|pod|man|[1-8])$/i],
  ["docs", "folders", /(?:^|\/)(?:docs?|documentation|man|manual)\/.+\.(?:txt|html?|css|ya?ml|toml|json|py|js|puml|mmd|dot|drawio)$/i],

  ["content", "data and translations in their folders", /(?:^|\/)(?:data|_data|datasets?|samples?|i18n|l10n|locales?|translations?|lang)\/.+\.(?:json|ya?ml|xml|toml|properties)$/],

  ["config", "names", /(?:^|\/)(?:\.(?!\.)[^/]*rc(?:\.[\w.]+)?|\.env[^/]*|\.git[a-z-]+|\.editorconfig|\.(?:npm|eslint|prettier|nvm|node|python|ruby|tool)[\w-]*|[^/]+\.config\.[cm]?[jt]s|[jt]sconfig[^/]*\.json|(?:GNU)?Makefile[^/]*|[Jj]ustfile|Taskfile\.ya?ml|CMakeLists\.txt|meson\.build|BUILD(?:\.bazel)?|WORKSPACE|MODULE\.bazel|tox\.ini|pytest\.ini|Rakefile|PKGBUILD|\.[a-z][a-z0-9-]*|gradlew(?:\.bat)?|mvnw(?:\.cmd)?)$/],
  ["config", "formats", /\.(?:json[5c]?|ya?ml|toml|ini|cfg|conf|properties|xml|plist|env|mk|cmake|bzl|gradle|kts|nix|props|targets|reg|service\.template|cnf)(?:\.(?:in|sample|example|dist|enc))?$/i],
  ["code", "languages", /\.(?:[cm]?[jt]sx?|vue|svelte|astro|html?|xhtml|hbs|tmpl|ejs|pug|jinja2?|j2|erb|haml|slim|twig|liquid|css|s[ac]ss|less|styl|py[xiw]?|ipynb|rb|php|phtml|go|rs|java|kt|scala|groovy|clj[cs]?|cs|vb|fs[ix]?|razor|cshtml|c|h|cc|cpp|cxx|hh|hpp|hxx|ino|m|mm|swift|dart|lua|pl|pm|t|raku|rakumod|r|jl|ex|exs|eex|heex|leex|erl|hrl|hs|lhs|elm|ml|mli|nim|zig|v|vh|vhd|sv|d|pas|f|f90|cob|asm|s|lisp|el|scm|rkt|sql|psql|graphql|gql|proto|thrift|avsc|prisma|sh|bash|zsh|fish|ps1|psm1|bat|cmd|awk|sed|tcl|perl|rake|ru|qml|builder|xslt?|cocci|ac|cu|cl|glsl|wgsl|hlsl|sol|move|wat|mjml)$/i],
  ["code", "scripts without an ending", /(?:^|\/)(?:bin|scripts?|hooks)\/[^/.]+$/],
];

/** Reads the configuration's `kinds`. */
export function configuredKinds(kinds: Partial<Record<FileKind, readonly string[]>>): ConfiguredKinds {
  return Object.entries(kinds).map(([kind, globs]) => [kind as FileKind, pathMatcher(globs)]);
}

/**
 * What a file is for, from its path alone. Submodules are told by their mode, not by their path: that is the
 * caller's part.
 *
 * @param path relative to the repository's root, with `/` between
 */
export function fileKind(path: string, configured: ConfiguredKinds = []): FileKind {
  return configured.find(([, matches]) => matches(path))?.[0]
    ?? table.find(([, , pattern]) => pattern.test(path))?.[0]
    ?? "other";
}
