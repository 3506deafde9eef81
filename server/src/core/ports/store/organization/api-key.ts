import type { ApiKey } from "../../../api-key/api-key.ts";
import type { Role } from "../../../member/member.ts";
import type { CursorPage, Page } from "../page.ts";

export interface ApiKeyQueries {
  /** A revoked key of the same organization and token becomes valid again. Throws `conflict` when the token is another key's. */
  insert(key: ApiKey, tokenHash: Buffer): Promise<void>;
  /** The key of a token's SHA-256 with its person's role; null when it was revoked, or the person is no member any more. */
  findByTokenHash(tokenHash: Buffer): Promise<(ApiKey & { readonly role: Role }) | null>;
  find(organizationId: string, id: string): Promise<ApiKey | null>;
  /** Newest first; of one person where that is given. */
  list(organizationId: string, page: CursorPage & { readonly userId?: string }): Promise<Page<ApiKey>>;
  /** How many good ones there are but this one. */
  countOthers(organizationId: string, id: string): Promise<number>;
  /** Null when it was revoked meanwhile. */
  rename(organizationId: string, id: string, name: string): Promise<ApiKey | null>;
  /** Whose it is, also of a revoked one. */
  userOf(id: string): Promise<string | null>;
  /** Whether the key is good still: not revoked, and its person a member. */
  isGood(id: string): Promise<boolean>;
  /** False when there is none to revoke. */
  revoke(organizationId: string, id: string): Promise<boolean>;
  /** All of a person, or of everybody. */
  revokeOf(organizationId: string, userId: string | null): Promise<void>;
}
