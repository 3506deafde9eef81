/** Fields that identify a repository on its forge. */
export interface RepositoryRef {
  /** Tembo's ID, which is the key of the built-in forge's records. */
  readonly id: string;
  /** The forge's own ID, which does not change on a rename, or null for the built-in forge. */
  readonly externalId: string | null;
  /** Owner, which may contain "/" on forges with nested groups. */
  readonly owner: string;
  readonly name: string;
}

/** A repository as its forge reports it. */
export interface ForgeRepository {
  readonly externalId: string;
  readonly owner: string;
  readonly name: string;
  /** URL of the repository's web page. */
  readonly url: string;
  readonly description: string | null;
  /** Default branch, or null if the repository is empty and has none. */
  readonly defaultBranch: string | null;
  readonly isArchived: boolean;
  /** True if the credential may push to the repository. */
  readonly canPush: boolean;
}

export interface ForgeBranch {
  readonly name: string;
  readonly sha: string;
  readonly isProtected: boolean;
}
