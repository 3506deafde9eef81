import type { ApiKey } from "../../api-key/api-key.ts";
import type { CursorPage, Page } from "./page.ts";

export interface ApiKeyQueries {
  /** A revoked key of the same organization and token becomes valid again. Throws `conflict` when the token is another key's. */
  insert(key: ApiKey, tokenHash: Buffer): Promise<void>;
  /** The key of a token's SHA-256, revoked ones excepted. */
  findByTokenHash(tokenHash: Buffer): Promise<ApiKey | null>;
  /** Whether the key exists and was not revoked. */
  isGood(id: string): Promise<boolean>;
  list(organizationId: string, page: CursorPage): Promise<Page<ApiKey>>;
  /** False when there is none to revoke. */
  revoke(organizationId: string, id: string): Promise<boolean>;
}
