import type { Repository } from "./repository.ts";

/**
 * Normalizes a repository's URL, so that all spellings yield the same key. Ignores the scheme, user, query, fragment,
 * `.git`, trailing slashes, case and the default port of HTTP and HTTPS. Returns null if the text is not the URL of a
 * repository.
 */
export function repositoryKey(text: string): string | null {
  const scp = /^(?:[\w.-]+@)?([\w.-]+\.[\w-]+):(?!\/\/)(?!\d+\/)(.+)$/.exec(text);
  const url = URL.parse(scp ? `ssh://${scp[1]}/${scp[2]}` : text);
  if (url === null || url.host === "" || !/^(https?|ssh|git):$/.test(url.protocol)) return null;
  const path = url.pathname
    .replace(/\/+$/, "")
    .replace(/\.git$/, "")
    .replace(/^\/+/, "");
  return path === "" ? null : `${url.host}/${path}`.toLowerCase();
}

/** Returns the URL that people use for a repository. */
export function repositoryUrl(
  publicUrl: string,
  repository: Pick<Repository, "connectedUrl" | "owner" | "name">,
): string {
  return repository.connectedUrl ?? `${publicUrl}/git/${repository.owner}/${repository.name}.git`;
}

/** Returns the owner and name, in lower case, if the URL belongs to the built-in forge, or null otherwise. */
export function parseLocalRepositoryUrl(
  publicUrl: string,
  text: string,
): { owner: string; name: string } | null {
  const prefix = repositoryKey(`${publicUrl}/git`);
  const key = repositoryKey(text);
  if (prefix === null || key === null || !key.startsWith(`${prefix}/`)) return null;
  const [owner, name, ...rest] = key.slice(prefix.length + 1).split("/");
  return owner && name && rest.length === 0 ? { owner, name } : null;
}
