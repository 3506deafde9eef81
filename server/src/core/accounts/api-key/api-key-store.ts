import type { CursorPage, Page } from "../../base/index.ts";
import type { KeyKind } from "../member/actor.ts";
import type { Role } from "../member/member.ts";
import type { ApiKey } from "./api-key.ts";

export interface GoodKey extends ApiKey {
  /** Current role of the key's owner. */
  readonly role: Role;
  readonly kind: KeyKind;
  /** Expiry time, or null for an API key. */
  readonly expiresAt: Date | null;
  /**
   * Time of the last password entry in this sign-in, or null for an API key, or for a sign-in that was created with an
   * API key and in which no password has been entered.
   */
  readonly confirmedAt: Date | null;
  /** SHA-256 of the secret that a page must send with the sign-in's cookie, or null for an API key. */
  readonly pageSecretHash: Buffer | null;
}

/** Queries for API keys. Methods do not cover sign-ins unless they state otherwise. */
export interface ApiKeyQueries {
  /** Inserts a key. Idempotent. Throws `conflict` if another key or sign-in has the token, even if it is revoked. */
  insert(key: ApiKey, tokenHash: Buffer): Promise<void>;
  /**
   * Finds a valid key of this kind by the SHA-256 of its token, or returns null if there is none or its owner is no
   * longer a member. Updates `lastUsedAt` at most once a minute.
   */
  findByTokenHash(kind: KeyKind, tokenHash: Buffer): Promise<GoodKey | null>;
  /** True if any key or sign-in has ever had the token, even if it is revoked. */
  isKnown(tokenHash: Buffer): Promise<boolean>;
  find(organizationId: string, id: string): Promise<ApiKey | null>;
  /** Lists keys, newest first. With `userId`, lists only that person's keys. */
  list(organizationId: string, page: CursorPage & { readonly userId?: string }): Promise<Page<ApiKey>>;
  /**
   * Marks a valid key as the operator's bootstrap key. Revokes the previous bootstrap key and the sign-ins that were
   * created with it. Returns false if the organization has no valid key with the token.
   */
  makeBootstrap(organizationId: string, tokenHash: Buffer): Promise<boolean>;
  /** Counts the owner's other valid keys in the organization. */
  countOthers(
    place: { readonly organizationId: string; readonly userId: string },
    id: string,
  ): Promise<number>;
  /** Prevents the revocation of a valid key until the transaction ends. Returns false if no valid key has the ID. */
  lock(id: string): Promise<boolean>;
  /** Renames a valid key, or returns null if the organization has no valid key with the ID. */
  rename(organizationId: string, id: string, name: string): Promise<ApiKey | null>;
  /** Returns the user ID of the owner of a key or a sign-in, even if it is revoked, or null if the ID is unknown. */
  userOf(id: string): Promise<string | null>;
  /**
   * Returns the owner of a key or a sign-in, or null if the credential is unknown, revoked or expired, or if its owner
   * is no longer a member.
   */
  personOf(id: string): Promise<{ readonly userId: string; readonly role: Role } | null>;
  /**
   * Revokes a key and the sign-ins that were created with it. Requires a transaction. Returns false if there is no
   * valid key to revoke.
   */
  revoke(organizationId: string, id: string): Promise<boolean>;
  /** Revokes all keys and sign-ins of a person in the organization, or of every person if `userId` is null. */
  revokeOf(organizationId: string, userId: string | null): Promise<void>;
}
