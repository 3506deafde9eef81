import type { SandboxSpec } from "../../core/turns/index.ts";

/**
 * Returns the text of a system-wide git configuration that maps each repository's URL, with and without ".git", to the git proxy. `includePath`
 * is the path of a configuration to include first, or null. Quotes values as git-config(1) requires. Throws a TypeError if a value contains a
 * control character.
 */
export function writeGitConfig(
  routes: SandboxSpec["gitRoutes"],
  gitUrl: string,
  includePath: string | null = null,
): string {
  const lines: string[] = [];
  if (includePath !== null) lines.push("[include]", `\tpath = ${quote(includePath)}`);
  // The git proxy listens on the loopback interface. Git must connect to it directly, although the environment variables select the egress
  // proxy.
  lines.push(`[http ${quote(gitUrl)}]`, '\tproxy = ""');
  for (const { url, path } of routes) {
    const name = url.replace(/\/+$/, "").replace(/\.git$/, "");
    lines.push(`[url ${quote(`${gitUrl}${path}/`)}]`);
    // Git uses the longest match, so ".git" does not become part of the path.
    for (const known of new Set([name, `${name}.git`, url])) lines.push(`\tinsteadOf = ${quote(known)}`);
  }
  return `${lines.join("\n")}\n`;
}

function quote(text: string): string {
  if (/[\0-\x1f\x7f]/.test(text)) throw new TypeError("A git URL contains a control character.");
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}
