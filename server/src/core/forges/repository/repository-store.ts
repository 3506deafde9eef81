import type { CursorPage, Page } from "../../base/index.ts";
import type { Integration } from "../integration/integration.ts";
import type { Repository } from "./repository.ts";

/**
 * Queries for repositories. Lists and searches omit removed repositories. Only `findMany` includes them, for the
 * sessions that worked on them.
 */
export interface RepositoryQueries {
  /** Inserts a repository. Throws `conflict` if the owner and name, or the connected URL, are taken. */
  insert(repository: Repository): Promise<void>;
  find(organizationId: string, id: string): Promise<Repository | null>;
  findMany(organizationId: string, ids: readonly string[]): Promise<Repository[]>;
  /** Finds a repository by the result of `repositoryKey` for its URL. */
  findByConnectedUrl(organizationId: string, urlKey: string): Promise<Repository | null>;
  findByPath(organizationId: string, forge: string, owner: string, name: string): Promise<Repository | null>;
  /** Returns all repositories with this `owner/name`, on any forge. Ignores case. */
  findByFullName(organizationId: string, fullName: string): Promise<Repository[]>;
  findByExternalId(integrationId: string, externalId: string): Promise<Repository | null>;
  /**
   * Replaces all fields except ID, organization, forge and creation time. Throws `not_found` if the repository does not
   * exist, or `conflict` in the same cases as `insert`.
   */
  update(repository: Repository): Promise<void>;
  /** Returns an integration's repositories, enabled or not, sorted by name. */
  ofIntegration(integrationId: string): Promise<Repository[]>;
  /** Returns the built-in forge's repository with this owner and name, in any organization, for the git server. */
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
  /** Returns an integration's repositories with these external IDs, and locks them until the transaction ends. */
  lockByExternalIds(
    integration: Pick<Integration, "id" | "organizationId">,
    externalIds: readonly string[],
  ): Promise<Repository[]>;
  lock(organizationId: string, id: string): Promise<Repository | null>;
  /**
   * Disables the repositories and marks them as missing on their forge. Returns the number of newly marked
   * repositories.
   */
  markVanished(ids: readonly string[], at: Date): Promise<number>;
  markSeen(ids: readonly string[]): Promise<void>;
  /** Disables and hides a repository. With `freesName`, renames its row, so that the name can be used again. */
  markRemoved(id: string, at: Date, options: { readonly freesName: boolean }): Promise<void>;
  /**
   * Returns the removed repository on the built-in forge that still reserves this name, in any organization. Locks it
   * until the transaction ends.
   */
  lockRemoved(owner: string, name: string): Promise<Pick<Repository, "id" | "organizationId"> | null>;
  /** Enables a removed repository and lists it again. */
  restore(id: string, at: Date): Promise<void>;
  /** True if a session that works on the repository has a queued or running turn. */
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
