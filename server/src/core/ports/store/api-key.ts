import type { ApiKey } from "../../api-key/api-key.ts";
import type { Role } from "../../member/member.ts";
import type { CursorPage, Page } from "./page.ts";

export interface ApiKeyQueries {
  /** A revoked key of the same organization and token becomes valid again. Throws `conflict` when the token is another key's. */
  insert(key: ApiKey, tokenHash: Buffer): Promise<void>;
  /** The key of a token's SHA-256 with its person's role; null when it was revoked, or the person is no member any more. */
  findByTokenHash(tokenHash: Buffer): Promise<(ApiKey & { readonly role: Role }) | null>;
  list(organizationId: string, page: CursorPage): Promise<Page<ApiKey>>;
  /** False when there is none to revoke. */
  revoke(organizationId: string, id: string): Promise<boolean>;
}
