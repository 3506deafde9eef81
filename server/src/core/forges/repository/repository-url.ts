import type { Repository } from "./repository.ts";

/**
 * What two spellings of one repository's address share: scheme, user, port of the scheme, `.git`, a trailing slash and
 * letter case do not matter. Null when the text is no address.
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

/** The address people use for a repository. */
export function repositoryUrl(
  publicUrl: string,
  repository: Pick<Repository, "connectedUrl" | "owner" | "name">,
): string {
  return repository.connectedUrl ?? `${publicUrl}/git/${repository.owner}/${repository.name}.git`;
}

/** Owner and name when the address is one of the local forge, else null. */
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
