/** An entry of a `.gitmodules` file (gitmodules(5)). */
export interface Submodule {
  readonly name: string;
  /** Path in the work tree. */
  readonly path: string;
  /** Absolute URL that git in the sandbox requests. */
  readonly url: string;
}

const maxSubmodules = 200;

/**
 * Returns the submodules in a `.gitmodules` file. Resolves relative URLs against the repository's URL, as git does.
 * Omits entries without a path or URL, entries whose URL is a command or a folder, and all entries after the first 200.
 */
export function submodulesOf(gitmodulesText: string, repositoryUrl: string): readonly Submodule[] {
  const found = new Map<string, { path?: string; url?: string }>();
  let current: { path?: string; url?: string } | null = null;
  for (const line of gitmodulesText.split(/\r?\n/)) {
    const section = /^\s*\[(.*)\]\s*(?:[#;].*)?$/.exec(line)?.[1];
    if (section !== undefined) {
      const name = /^submodule\s+"((?:[^"\\]|\\.)*)"$/i.exec(section)?.[1]?.replaceAll(/\\(.)/g, "$1");
      current = name === undefined ? null : (found.get(name) ?? {});
      if (name !== undefined && current !== null) found.set(name, current);
      continue;
    }
    const [, key, value] = /^\s*(path|url)\s*=\s*(.*)$/i.exec(line) ?? [];
    if (current !== null && key && value !== undefined)
      current[key.toLowerCase() as "path" | "url"] = plainValue(value);
  }
  const submodules: Submodule[] = [];
  for (const [name, { path, url }] of found) {
    const absolute = url === undefined ? null : resolveUrl(url, repositoryUrl);
    if (path && absolute !== null && submodules.length < maxSubmodules)
      submodules.push({ name, path, url: absolute });
  }
  return submodules;
}

/** Returns the absolute URL, or null if it cannot belong to a forge. */
function resolveUrl(url: string, repositoryUrl: string): string | null {
  if (/^(https?|ssh|git):\/\/[^/\s-][^\s]*$/.test(url) || /^[\w.]+@[\w.-]+\.[\w-]+:[^\s]+$/.test(url))
    return url;
  if (!/^\.\.?\//.test(url)) return null;
  const base = URL.parse(repositoryUrl);
  if (base === null) return null;
  const steps = base.pathname.replace(/\/+$/, "").split("/");
  let rest = url;
  while (/^\.\.?\//.test(rest)) {
    // Nothing exists above the root of the host.
    if (rest.startsWith("../") && steps.length > 1) steps.pop();
    else if (rest.startsWith("../")) return null;
    rest = rest.slice(rest.indexOf("/") + 1);
  }
  if (rest === "" || rest.split("/").some((step) => step === "..")) return null;
  return `${base.origin}${[...steps, rest.replace(/\/+$/, "")].join("/")}`;
}

/** Returns a git configuration value without its quotes and comment. */
function plainValue(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  return quoted?.replaceAll(/\\(.)/g, "$1") ?? text.replace(/\s[#;].*$/, "").trim();
}
