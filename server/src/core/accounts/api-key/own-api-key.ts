import { AppError, refuseNul } from "../../base/index.ts";
import { type Actor, requireAdmin } from "../member/actor.ts";
import type { AccountsQueries, AccountsStore } from "../ports.ts";
import type { ApiKey } from "./api-key.ts";

/**
 * Returns a key that the actor may see and change. Throws `not_found` if the organization has no valid key with the ID,
 * or `forbidden` if a member requests another person's key.
 */
export async function getApiKey(
  store: Pick<AccountsQueries, "apiKeys">,
  actor: Actor,
  id: string,
): Promise<ApiKey> {
  const key = await store.apiKeys.find(actor.organizationId, id);
  if (key === null) throw new AppError("not_found", `API key ${id} was not found.`);
  if (key.userId !== actor.userId) requireAdmin(actor, "view and change other people's API keys");
  return key;
}

/** Renames a key. Throws the errors of `getApiKey`, or `invalid_input` if the name contains a NUL character. */
export async function renameApiKey(
  store: Pick<AccountsQueries, "apiKeys">,
  actor: Actor,
  id: string,
  name: string,
): Promise<ApiKey> {
  refuseNul("name", name);
  await getApiKey(store, actor, id);
  const renamed = await store.apiKeys.rename(actor.organizationId, id, name);
  if (renamed === null) throw new AppError("not_found", `API key ${id} was not found.`);
  return renamed;
}

/** Revokes a key immediately, and the sign-ins that were created with it. Throws the errors of `getApiKey`. */
export async function revokeApiKey(
  store: Pick<AccountsStore, "apiKeys" | "transaction">,
  actor: Actor,
  id: string,
): Promise<void> {
  await getApiKey(store, actor, id);
  if (!(await store.transaction((tx) => tx.apiKeys.revoke(actor.organizationId, id))))
    throw new AppError("not_found", `API key ${id} was not found.`);
}
