/** What is needed to name a repository to its forge. */
export interface RepositoryRef {
  /** Our own id; the local forge keeps its records by it. */
  readonly id: string;
  /** The forge's own, which outlives renames; null for the local forge. */
  readonly externalId: string | null;
  /** May hold "/" where the forge nests groups. */
  readonly owner: string;
  readonly name: string;
}

/** A repository as its forge tells of it. */
export interface ForgeRepository {
  readonly externalId: string;
  readonly owner: string;
  readonly name: string;
  /** Of the page people open. */
  readonly url: string;
  readonly description: string | null;
  /** Null while it is empty and has none. */
  readonly defaultBranch: string | null;
  readonly isArchived: boolean;
  /** Whether the credential may push to it. */
  readonly canPush: boolean;
}

export interface ForgeBranch {
  readonly name: string;
  readonly sha: string;
  readonly isProtected: boolean;
}
