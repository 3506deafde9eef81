import type { Repository } from "./repository.ts";

/**
 * Normalizes a repository's address, so that all its spellings are equal. Ignores the scheme, user, default port,
 * `.git`, trailing slashes and letter case. Returns null if the text is not an address.
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

/** Returns the address that people use for a repository. */
export function repositoryUrl(
  publicUrl: string,
  repository: Pick<Repository, "connectedUrl" | "owner" | "name">,
): string {
  return repository.connectedUrl ?? `${publicUrl}/git/${repository.owner}/${repository.name}.git`;
}

/** Returns owner and name if the address belongs to the local forge, or null. */
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
