import { parseLocalRepositoryUrl, repositoryKey } from "./repository-url.ts";

/** A way in which a request names a repository, other than by its ID. */
export type RepositoryReference =
  | { readonly kind: "fullName"; readonly fullName: string }
  | { readonly kind: "local"; readonly owner: string; readonly name: string }
  | { readonly kind: "connected"; readonly urlKey: string };

/** Parses a repository's URL or full name. Returns null if the text is neither. */
export function parseRepositoryReference(publicUrl: string, text: string): RepositoryReference | null {
  const urlKey = repositoryKey(text);
  if (urlKey === null) return isFullName(text) ? { kind: "fullName", fullName: text } : null;
  const local = parseLocalRepositoryUrl(publicUrl, text);
  return local === null
    ? { kind: "connected", urlKey }
    : { kind: "local", owner: local.owner, name: local.name };
}

/** True if the text is a full name, which may contain more than one slash, because some forges nest groups. */
const isFullName = (text: string) => /^[^/:@\s]+(\/[^/:@\s]+)+$/.test(text);
