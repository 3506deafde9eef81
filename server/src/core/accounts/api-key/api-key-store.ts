import type { CursorPage, Page } from "../../base/index.ts";
import type { KeyKind } from "../member/actor.ts";
import type { Role } from "../member/member.ts";
import type { ApiKey } from "./api-key.ts";

export interface GoodKey extends ApiKey {
  /** Of its person, at this moment. */
  readonly role: Role;
  readonly kind: KeyKind;
  /** Null for a key. */
  readonly expiresAt: Date | null;
  /** When the password was last entered in a sign-in; null for a key, and for a sign-in that a key made. */
  readonly confirmedAt: Date | null;
  /** The SHA-256 of what a page must show beside the cookie of a sign-in; null for a key. */
  readonly pageSecretHash: Buffer | null;
}

/** Where nothing else is said, of keys alone, without sign-ins. */
export interface ApiKeyQueries {
  /** Repeated, it changes nothing. Throws `conflict` when the token is another key's, also of a revoked one. */
  insert(key: ApiKey, tokenHash: Buffer): Promise<void>;
  /** The key of a kind and a token's SHA-256; null when it was revoked, has expired, or the person is no member any more. */
  findByTokenHash(kind: KeyKind, tokenHash: Buffer): Promise<GoodKey | null>;
  /** Whether the token was ever a key's or a sign-in's, revoked ones included. */
  isKnown(tokenHash: Buffer): Promise<boolean>;
  find(organizationId: string, id: string): Promise<ApiKey | null>;
  /** Newest first; of one person where that is given. */
  list(organizationId: string, page: CursorPage & { readonly userId?: string }): Promise<Page<ApiKey>>;
  /** Marks a good key as the one of the operator's setting, and revokes the one before. False when it is unknown or revoked. */
  makeBootstrap(organizationId: string, tokenHash: Buffer): Promise<boolean>;
  /** How many good ones the person has in the organization but this one. */
  countOthers(
    place: { readonly organizationId: string; readonly userId: string },
    id: string,
  ): Promise<number>;
  /** Holds a good key until the transaction ends. False when it is revoked. */
  hold(id: string): Promise<boolean>;
  /** Null when it was revoked meanwhile. */
  rename(organizationId: string, id: string, name: string): Promise<ApiKey | null>;
  /** Whose it is, also of a revoked one and of a sign-in. */
  userOf(id: string): Promise<string | null>;
  /** The person of a key or a sign-in; null when it was revoked or has expired, or its person is no member any more. */
  personOf(id: string): Promise<{ readonly userId: string; readonly role: Role } | null>;
  /** With the sign-ins that were made with it, which needs a transaction. False when there is none to revoke. */
  revoke(organizationId: string, id: string): Promise<boolean>;
  /** All of a person, or of everybody; sign-ins too. */
  revokeOf(organizationId: string, userId: string | null): Promise<void>;
}
