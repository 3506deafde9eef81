import type { CursorPage, Page, Sealed } from "../../base/index.ts";
import type { Secret } from "./secret.ts";

/**
 * Stores sealed values. The server seals them before it stores them, so the database never receives plaintext. The
 * caller holds the lock on the master keys while it seals a value.
 */
export interface SecretQueries {
  /**
   * Locks the master keys until the transaction ends. "use" prevents changes to the keys. "change" blocks all other
   * holders. Useful only in a transaction.
   */
  lockMasterKeys(purpose: "use" | "change"): Promise<void>;
  /** Inserts a secret. Throws `conflict` if the key is taken. */
  insert(secret: Secret, sealed: Sealed): Promise<void>;
  find(organizationId: string, id: string): Promise<Secret | null>;
  /**
   * Returns the secret with its sealed value, and locks the row until the transaction ends. The caller must lock the
   * master keys first.
   */
  lock(organizationId: string, id: string): Promise<SealedSecret | null>;
  /**
   * Updates every field except the ID, the organization and the creation time. Throws `conflict` if the key is taken.
   */
  update(secret: Secret, sealed: Sealed): Promise<void>;
  setBinding(secret: Secret): Promise<void>;
  delete(organizationId: string, id: string): Promise<void>;
  /** Lists secrets, newest first. */
  list(organizationId: string, page: CursorPage & { readonly search?: string }): Promise<Page<Secret>>;
  /** Returns all secrets of the organization, ordered by key. */
  listSealed(organizationId: string): Promise<SealedSecret[]>;
  /** Returns the names of an organization's credentials of one kind. */
  credentialNames(organizationId: string, kind: CredentialName["kind"]): Promise<string[]>;
  findCredential(organizationId: string, of: CredentialName): Promise<SealedCredential | null>;
  /** Returns the credentials of one kind that have one of the names. */
  findCredentials(
    organizationId: string,
    kind: CredentialName["kind"],
    names: readonly string[],
  ): Promise<(SealedCredential & Pick<CredentialName, "name">)[]>;
  /** Inserts or replaces the credential. */
  saveCredential(organizationId: string, of: CredentialName, credential: SealedCredential): Promise<void>;
  /** Inserts the credential, unless a credential with that name already exists. */
  insertCredential(organizationId: string, of: CredentialName, credential: SealedCredential): Promise<void>;
  deleteCredential(organizationId: string, of: CredentialName): Promise<void>;
  /** Returns the ID of the master key that all servers use, or null before the first start. */
  currentMasterKey(): Promise<string | null>;
  /**
   * Records the key that all servers use. From then on, no value can be sealed with an earlier key. The caller holds the
   * lock "change" on the master keys.
   */
  setCurrentMasterKey(id: string): Promise<void>;
  /** Returns the IDs of the current master key and of all keys that wrap any value, across all organizations. */
  masterKeyIds(): Promise<string[]>;
  /**
   * Returns up to `limit` values that are not wrapped with this master key, and locks them until the transaction ends.
   */
  lockWrappedByOthers(
    masterKeyId: string,
    limit: number,
  ): Promise<{ readonly id: string; readonly sealed: Sealed }[]>;
  setWrapping(id: string, sealed: Sealed): Promise<void>;
}

export interface SealedSecret {
  readonly secret: Secret;
  readonly sealed: Sealed;
}

/** Name of a sealed value that is not a user-defined secret. */
export interface CredentialName {
  /**
   * `provider`: a setting that contains a provider's key. `authority`: the egress proxy's certificate authority.
   * `integration`: the credentials of a forge integration. `mcpConnection`: the headers or variables of a connection.
   * `webhook`: the secret that signs a webhook's requests. `projectVariable`: an environment variable of a project.
   * `mailServer`: the password of the organization's mail server.
   */
  readonly kind:
    | "provider"
    | "authority"
    | "integration"
    | "mcpConnection"
    | "webhook"
    | "projectVariable"
    | "mailServer";
  readonly name: string;
}

export interface SealedCredential {
  /** Version of the value, starting at 1. */
  readonly version: number;
  readonly sealed: Sealed;
}
