import type { SandboxSpec } from "../../core/turns/index.ts";

/**
 * A system-wide git configuration that leads each repository's URL, with and without ".git", to the git proxy. `includePath`
 * is another configuration that is read first; null for none. Values are quoted as git-config(1) says.
 */
export function writeGitConfig(
  routes: SandboxSpec["gitRoutes"],
  gitUrl: string,
  includePath: string | null = null,
): string {
  const lines: string[] = [];
  if (includePath !== null) lines.push("[include]", `\tpath = ${quote(includePath)}`);
  // The door is on the loopback: through the egress proxy it would not be found, whatever the variables say.
  lines.push(`[http ${quote(gitUrl)}]`, '\tproxy = ""');
  for (const { url, path } of routes) {
    const name = url.replace(/\/+$/, "").replace(/\.git$/, "");
    lines.push(`[url ${quote(`${gitUrl}${path}/`)}]`);
    // The longest that fits is taken, so that ".git" does not become part of the path.
    for (const known of new Set([name, `${name}.git`, url])) lines.push(`\tinsteadOf = ${quote(known)}`);
  }
  return `${lines.join("\n")}\n`;
}

function quote(text: string): string {
  if (/[\0-\x1f\x7f]/.test(text)) throw new TypeError("A git URL holds a control character.");
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}
