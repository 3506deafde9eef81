/** Fields that identify a repository to its forge. */
export interface RepositoryRef {
  /** Tembo's id, which keys the records of the local forge. */
  readonly id: string;
  /** The forge's own id, which survives renames. Null for the local forge. */
  readonly externalId: string | null;
  /** May contain "/" on forges with nested groups. */
  readonly owner: string;
  readonly name: string;
}

/** A repository as its forge reports it. */
export interface ForgeRepository {
  readonly externalId: string;
  readonly owner: string;
  readonly name: string;
  /** URL of the page for people. */
  readonly url: string;
  readonly description: string | null;
  /** Null for an empty repository without a default branch. */
  readonly defaultBranch: string | null;
  readonly isArchived: boolean;
  /** True if the credential may push to it. */
  readonly canPush: boolean;
}

export interface ForgeBranch {
  readonly name: string;
  readonly sha: string;
  readonly isProtected: boolean;
}
