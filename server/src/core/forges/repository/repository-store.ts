import type { CursorPage, Page } from "../../base/index.ts";
import type { Integration } from "../integration/integration.ts";
import type { Repository } from "./repository.ts";

/** Lists and searches leave removed repositories out; only `findMany` finds them, for the sessions that worked on them. */
export interface RepositoryQueries {
  /** Throws `conflict` when owner and name, or the connected URL, are taken. */
  insert(repository: Repository): Promise<void>;
  find(organizationId: string, id: string): Promise<Repository | null>;
  findMany(organizationId: string, ids: readonly string[]): Promise<Repository[]>;
  /** By what `repositoryKey` makes of a URL. */
  findByConnectedUrl(organizationId: string, urlKey: string): Promise<Repository | null>;
  findByPath(organizationId: string, forge: string, owner: string, name: string): Promise<Repository | null>;
  /** All of this `owner/name`, whose letter case does not matter, on whichever forge. */
  findByFullName(organizationId: string, fullName: string): Promise<Repository[]>;
  findByExternalId(integrationId: string, externalId: string): Promise<Repository | null>;
  /** Replaces everything but id, organization, forge, integration and creation. Throws `conflict` as `insert`. */
  update(repository: Repository): Promise<void>;
  /** Those of an integration, enabled or not, by name. */
  ofIntegration(integrationId: string): Promise<Repository[]>;
  /** For the git server: the local repository at this path, whoever owns it. */
  findLocal(owner: string, name: string): Promise<Repository | null>;
  list(
    organizationId: string,
    page: CursorPage & {
      readonly search?: string;
      readonly order: "asc" | "desc";
      readonly integrationId?: string;
    },
  ): Promise<Page<Repository>>;
  listEnabled(organizationId: string): Promise<Repository[]>;
}

export interface SyncedRepositoryQueries {
  /** Those of an integration with these ids of the forge, held until the transaction ends. */
  lockByExternalIds(
    integration: Pick<Integration, "id" | "organizationId">,
    externalIds: readonly string[],
  ): Promise<Repository[]>;
  lock(organizationId: string, id: string): Promise<Repository | null>;
  /** Disables them, and marks that their forge no longer shows them. Returns how many were not marked before. */
  markVanished(ids: readonly string[], at: Date): Promise<number>;
  markSeen(ids: readonly string[]): Promise<void>;
  /** Disables and hides a repository. With `freesName` its row takes another name, so that the old one can be used again. */
  markRemoved(id: string, at: Date, options: { readonly freesName: boolean }): Promise<void>;
  /** The removed repository of the local forge that still reserves this name, whoever owns it, held until the transaction ends. */
  lockRemoved(owner: string, name: string): Promise<Pick<Repository, "id" | "organizationId"> | null>;
  /** Enables a removed repository and lists it again. */
  restore(id: string, at: Date): Promise<void>;
  /** Whether a turn of a session that works on it waits or runs. */
  hasTurns(id: string): Promise<boolean>;
  list(
    organizationId: string,
    page: CursorPage & {
      readonly order: "asc" | "desc";
      readonly search?: string;
      readonly integrationId?: string;
      readonly enabled?: boolean;
      readonly ids?: readonly string[];
    },
  ): Promise<Page<Repository>>;
}
