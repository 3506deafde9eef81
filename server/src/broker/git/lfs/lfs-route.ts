import type { GitBrokerRepository } from "../../../core/turns/index.ts";

export interface LfsRoute {
  readonly repository: GitBrokerRepository;
  /** Path before "/objects", as the client requested it. */
  readonly prefix: string;
  readonly action:
    | { readonly kind: "batch" }
    | { readonly kind: "transfer"; readonly id: string }
    /** Requests for locks, and all other requests. */
    | { readonly kind: "unknown" };
}

/** Matches Git LFS paths. Clients append ".git" to a repository URL that does not end with it. */
const address = /^(\/[^?]+?)(?:\.git)?(\/info\/lfs)\/([^?]+)(?:\?.*)?$/;

/** Parses the path of a Git LFS request, or returns null for other paths and for unknown repositories. */
export function lfsRouteOf(url: string, repositories: readonly GitBrokerRepository[]): LfsRoute | null {
  const [, path, , rest = ""] = address.exec(url) ?? [];
  const repository = repositories.find((one) => one.path === path);
  if (repository === undefined) return null;
  const prefix = url.slice(0, url.indexOf("/info/lfs") + "/info/lfs".length);
  if (rest === "objects/batch") return { repository, prefix, action: { kind: "batch" } };
  const id = /^transfer\/([0-9a-f-]{36})$/.exec(rest)?.[1];
  return { repository, prefix, action: id ? { kind: "transfer", id } : { kind: "unknown" } };
}
