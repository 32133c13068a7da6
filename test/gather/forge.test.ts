import { describe, expect, it } from "vitest";
import { type ConfiguredForge, forgeOf } from "../../src/gather/forge.ts";

describe("forgeOf", () => {
  it.each<[remote: string, expected: string | null]>([
    ["git@github.com:web/articles.git", "github https://github.com/web/articles"],
    ["github.com:web/articles", "github https://github.com/web/articles"],
    ["ssh://git@github.com/web/articles.git/", "github https://github.com/web/articles"],
    ["ssh://git@ssh.github.com:443/web/articles.git", "github https://github.com/web/articles"],
    ["git+ssh://git@github.com/web/articles.git", "github https://github.com/web/articles"],
    ["git://github.com/web/articles.git", "github https://github.com/web/articles"],
    ["https://github.com/web/articles", "github https://github.com/web/articles"],
    ["https://ada:secret-token@github.com/web/articles.git", "github https://github.com/web/articles"],
    ["https://secret-token@gitlab.com/group/sub/project.git", "gitlab https://gitlab.com/group/sub/project"],
    ["https://GitHub.COM/Web/Articles", "github https://github.com/Web/Articles"],
    ["git@altssh.gitlab.com:443/group/project.git", "gitlab https://gitlab.com/443/group/project"],
    ["ssh://git@gitlab.example.org:2222/group/project.git", "gitlab https://gitlab.example.org/group/project"],
    ["https://gitlab.example.org:8443/group/project.git", "gitlab https://gitlab.example.org:8443/group/project"],
    ["http://gitea.local:3000/web/articles.git", "gitea http://gitea.local:3000/web/articles"],
    ["https://codeberg.org/web/articles.git", "gitea https://codeberg.org/web/articles"],
    ["git@bitbucket.org:web/articles.git", "bitbucket https://bitbucket.org/web/articles"],
    ["ssh://git@bitbucket.example.org:7999/web/articles.git", "other https://bitbucket.example.org/web/articles"],
    ["git@git.example.org:web/articles.git", "other https://git.example.org/web/articles"],
    ["git@github.example.org:web/articles", "github https://github.example.org/web/articles"],
    ["notgithub.com:web/articles", "other https://notgithub.com/web/articles"],
    ["git@[2001:db8::1]:web/a.git", "other https://[2001:db8::1]/web/a"],
    ["https://example.org/a b/ü.git?token=x#y", "other https://example.org/a%20b/%C3%BC"],
    ["/srv/git/articles.git", null],
    ["../articles", null],
    ["./a:b", null],
    ["file:///srv/git/articles.git", null],
    ["C:\\git\\articles", null],
    ["C:/git/articles", null],
    ["ext::sh -c touch% /tmp/x", null],
    ["https://", null],
    ["https://example.org", null],
    ["", null],
  ])("%s", (remote, expected) => {
    const forge = forgeOf(remote, null);
    expect(forge === null ? null : `${forge.kind} ${forge.url}`).toBe(expected);
  });

  it.each<[remote: string | null, configured: ConfiguredForge, expected: string | null]>([
    ["git@git.example.org:web/articles.git", { kind: "gitlab" }, "gitlab https://git.example.org/web/articles"],
    [null, { kind: "gitlab" }, null],
    [null, { kind: "gitlab", url: "https://git.example.org/web/articles/" }, "gitlab https://git.example.org/web/articles"],
    ["git@github.com:a/b", { url: "https://user:pw@gitlab.example.org/c/d.git" }, "gitlab https://gitlab.example.org/c/d"],
  ])("%s with %j", (remote, configured, expected) => {
    const forge = forgeOf(remote, configured);
    expect(forge === null ? null : `${forge.kind} ${forge.url}`).toBe(expected);
  });
});
