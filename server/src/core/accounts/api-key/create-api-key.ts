import { createHash, randomBytes } from "node:crypto";
import { AppError, newId, refuseNul } from "../../base/index.ts";
import type { AccountsPorts, AccountsQueries, AccountsTransaction } from "../ports.ts";
import type { ApiKey } from "./api-key.ts";

const PREVIEW_LENGTH = 12;
/** Maximum number of valid API keys per person and organization. */
export const maxApiKeys = 10;

export type NewApiKey = Pick<ApiKey, "organizationId" | "userId" | "name">;

/**
 * Creates a key with 256 random bits. The returned token cannot be read again, because only its hash is stored.
 * `before` runs in the same transaction, before the key is stored. Throws `invalid_input` if the name contains a NUL
 * character or the person has too many keys, or the errors of `before`.
 */
export async function createApiKey(
  ports: Pick<AccountsPorts, "store" | "clock">,
  { organizationId, userId, name }: NewApiKey,
  before?: (tx: AccountsTransaction) => Promise<void>,
): Promise<{ readonly key: ApiKey; readonly token: string }> {
  refuseNul("name", name);
  const token = `tembo_${randomBytes(32).toString("base64url")}`;
  const id = newId();
  const key = await ports.store.transaction(async (tx) => {
    await tx.organizations.lock(organizationId);
    if ((await tx.apiKeys.countOthers({ organizationId, userId }, id)) >= maxApiKeys)
      throw new AppError(
        "invalid_input",
        `A person can have at most ${maxApiKeys} API keys in an organization. Revoke one that is no longer needed.`,
      );
    await before?.(tx);
    return saveApiKey(tx, { id, organizationId, userId, name, token, now: ports.clock.now() });
  });
  return { key, token };
}

/**
 * Stores a key with a given token, such as the operator's bootstrap key. Throws `conflict` if the token is already in
 * use.
 */
export async function saveApiKey(
  queries: AccountsQueries,
  input: NewApiKey & { readonly id?: string; readonly token: string; readonly now: Date },
): Promise<ApiKey> {
  const key: ApiKey = {
    id: input.id ?? newId(),
    organizationId: input.organizationId,
    userId: input.userId,
    name: input.name,
    tokenPreview: `${input.token.slice(0, Math.min(PREVIEW_LENGTH, Math.floor(input.token.length / 2)))}…`,
    createdAt: input.now,
    updatedAt: input.now,
    lastUsedAt: null,
  };
  await queries.apiKeys.insert(key, hashToken(input.token));
  return key;
}

/**
 * Returns the SHA-256 that is stored instead of the token. Generated tokens have 256 random bits, so a plain hash is
 * enough.
 */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
