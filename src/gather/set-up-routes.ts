import { fileKind } from "./kinds.ts";
import type { FoundLine, WorkTreeFiles } from "./set-up-files.ts";

/** A route that tells whether a server is up, as the code names it. */
export interface HealthRoute {
  route: string;
  path: string;
  line: number;
}

/** Where a server listens, and what says so. */
export interface Port {
  port: number;
  seenIn: string;
}

const names = "(?:api/)?(?:healthz?|health-?check|health_check|livez|readyz|up|ping|-/healthy|_health|status/health|actuator/health)";
const quoted = new RegExp(`["'\`](/?${names})["'\`]`);
/** Words that make a text a route: what registers one in the web frameworks of each language. */
const registers = /\b(?:get|head|all|any|use|route|router|add_url_rule|add_api_route|handle|handlefunc|path|re_path|url|map|mapget|maphealthchecks|getmapping|requestmapping|match|pathname|url\.path|scope)\b/i;
const asks = /\b(?:fetch|axios|requests?\.get|httpx|curl|http\.get|client\.get|urlopen|test|expect|assert\w*)\b/i;

/** The health routes that code registers, the plainest first; tests, documents and what only asks for them left out. */
export async function healthRoutes(files: WorkTreeFiles): Promise<HealthRoute[]> {
  const found = await files.grep(`["'\`]/?${names.replaceAll("(?:", "(")}["'\`]`);
  const routes = found.filter(isRoute).flatMap(({ path, line, text }) => {
    const route = quoted.exec(text)?.[1];
    return route === undefined ? [] : [{ route: route.startsWith("/") ? route : `/${route}`, path, line }];
  });
  const firsts = routes.filter(({ route }, place) => routes.findIndex((other) => other.route === route) === place);
  return firsts.sort((a, b) => Number(!/health|livez|readyz/.test(a.route)) - Number(!/health|livez|readyz/.test(b.route)));
}

function isRoute({ path, text }: FoundLine): boolean {
  if (fileKind(path) !== "code" || /(?:^|\/)(?:examples?|samples?|docs?(?:_src)?|fixtures?|vendor|node_modules|scripts?|bench\w*)\//i.test(path)) return false;
  if (/^\s*(?:\/\/|#|\*)/.test(text) || asks.test(text)) return false;
  const plain = quoted.exec(text)?.[1] ?? "";
  // Without its slash a route is Rails' alone.
  return registers.test(text) && (plain.startsWith("/") || (/(?:^|\/)config\/routes(?:\/.*)?\.rb$/.test(path) && /^\s*get\b/.test(text)));
}

/** Where the server listens: as containers, process files or the code beside a route say, else the framework's own port. */
export function portOf(files: WorkTreeFiles, beside: string | null): Port | null {
  const sources: readonly (readonly [path: RegExp, port: RegExp])[] = [
    [/^(?:Dockerfile|Containerfile)$/, /^EXPOSE\s+(\d{2,5})\b/mi],
    [/^(?:docker-)?compose\.ya?ml$/, /^\s*-\s*["']?(?:[\d.]+:)?(\d{2,5}):\d{2,5}\b/m],
    [/^Procfile(?:\.dev)?$/, /(?:--port[= ]|-p |--bind \S*:|-b \S*:)(\d{2,5})\b/],
    [/^fly\.toml$/, /^\s*internal_port\s*=\s*(\d{2,5})/m],
    [/^package\.json$/, /(?:--port[= ]|-p |PORT=)(\d{2,5})\b/],
  ];
  for (const [file, port] of sources) {
    for (const path of files.paths.filter((one) => file.test(one))) {
      const found = port.exec(files.read(path) ?? "")?.[1];
      if (found !== undefined) return { port: Number(found), seenIn: path };
    }
  }
  const code = beside === null ? "" : (files.read(beside) ?? "");
  const said = /\b(?:listen|port|PORT|Addr|addr|bind|run)\b[^\n]{0,60}?\b(\d{4,5})\b|["'](?:[\w.]*):(\d{4,5})["']/.exec(code);
  if (beside !== null && said !== null) return { port: Number(said[1] ?? said[2]), seenIn: beside };
  const frameworks: readonly (readonly [path: string, word: RegExp, port: number])[] = [
    ["config/routes.rb", /./, 3000], ["manage.py", /django/, 8000], ["pyproject.toml", /\b(?:fastapi|uvicorn|starlette)\b/i, 8000], ["requirements.txt", /\b(?:fastapi|uvicorn)\b/i, 8000],
    ["requirements.txt", /\bflask\b/i, 5000], ["pyproject.toml", /\bflask\b/i, 5000], ["pom.xml", /spring-boot/, 8080], ["build.gradle", /spring/, 8080], ["package.json", /"(?:next|express|fastify|koa)"/, 3000],
  ];
  const framework = frameworks.find(([path, word]) => word.test(files.read(path) ?? ""));
  return framework === undefined ? null : { port: framework[2], seenIn: framework[0] };
}
