import type { GitBrokerRepository } from "../../../core/turns/index.ts";

export interface LfsRoute {
  readonly repository: GitBrokerRepository;
  /** Before "/objects", as the client asked for it. */
  readonly prefix: string;
  readonly action:
    | { readonly kind: "batch" }
    | { readonly kind: "transfer"; readonly id: string }
    /** Locks, and whatever else there may be. */
    | { readonly kind: "unknown" };
}

/** Clients put ".git" to an address that has none. */
const address = /^(\/[^?]+?)(?:\.git)?(\/info\/lfs)\/([^?]+)(?:\?.*)?$/;

/** Null for what is not of Git LFS, or of no repository here. */
export function lfsRouteOf(url: string, repositories: readonly GitBrokerRepository[]): LfsRoute | null {
  const [, path, , rest = ""] = address.exec(url) ?? [];
  const repository = repositories.find((one) => one.path === path);
  if (repository === undefined) return null;
  const prefix = url.slice(0, url.indexOf("/info/lfs") + "/info/lfs".length);
  if (rest === "objects/batch") return { repository, prefix, action: { kind: "batch" } };
  const id = /^transfer\/([0-9a-f-]{36})$/.exec(rest)?.[1];
  return { repository, prefix, action: id ? { kind: "transfer", id } : { kind: "unknown" } };
}
