import type { CursorPage, Page, Sealed } from "../../base/index.ts";
import type { Secret } from "./secret.ts";

/** What was sealed outside: the database never sees a value. Whoever seals holds the master keys first. */
export interface SecretQueries {
  /**
   * Until the transaction ends, "use" keeps the master keys from being changed, and "change" keeps others from both.
   * Only of use in a transaction.
   */
  holdMasterKeys(purpose: "use" | "change"): Promise<void>;
  /** Throws `conflict` when the key is taken. */
  insert(secret: Secret, sealed: Sealed): Promise<void>;
  find(organizationId: string, id: string): Promise<Secret | null>;
  /** With its sealed value, and holds the row until the transaction ends. The master keys are held before. */
  lock(organizationId: string, id: string): Promise<SealedSecret | null>;
  /** Replaces everything but id, organization and creation. Throws `conflict` when the key is taken. */
  update(secret: Secret, sealed: Sealed): Promise<void>;
  setBinding(secret: Secret): Promise<void>;
  delete(organizationId: string, id: string): Promise<void>;
  /** Newest first. */
  list(organizationId: string, page: CursorPage & { readonly search?: string }): Promise<Page<Secret>>;
  /** All of them, by key. */
  listSealed(organizationId: string): Promise<SealedSecret[]>;
  /** The names of an organization's credentials of one kind. */
  credentialNames(organizationId: string, kind: CredentialName["kind"]): Promise<string[]>;
  findCredential(organizationId: string, of: CredentialName): Promise<SealedCredential | null>;
  /** Replaces the earlier one. */
  saveCredential(organizationId: string, of: CredentialName, credential: SealedCredential): Promise<void>;
  /** Keeps the earlier one. */
  insertCredential(organizationId: string, of: CredentialName, credential: SealedCredential): Promise<void>;
  deleteCredential(organizationId: string, of: CredentialName): Promise<void>;
  /** The ids of the master keys that anything of any organization is wrapped by. */
  masterKeyIds(): Promise<string[]>;
  /** Some of what is not wrapped by this key, held until the transaction ends. */
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

/** What is kept sealed beside the secrets of the organization's people. */
export interface CredentialName {
  /** `provider`: a setting that holds a provider's key. `authority`: the egress door's certificate authority. `integration`: what a forge lets in. `mcpConnection`: headers or variables of one. `webhook`: what signs its requests. */
  readonly kind: "provider" | "authority" | "integration" | "mcpConnection" | "webhook";
  readonly name: string;
}

export interface SealedCredential {
  /** Counts the values that the name has had. */
  readonly version: number;
  readonly sealed: Sealed;
}
