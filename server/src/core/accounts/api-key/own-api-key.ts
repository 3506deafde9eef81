import { AppError, refuseNul } from "../../base/index.ts";
import { type Actor, requireAdmin } from "../member/actor.ts";
import type { AccountsQueries, AccountsStore } from "../ports.ts";
import type { ApiKey } from "./api-key.ts";

/** A key that the person may see and change. Throws `not_found`, and `forbidden` for another's unless asked by an admin. */
export async function findApiKey(
  store: Pick<AccountsQueries, "apiKeys">,
  actor: Actor,
  id: string,
): Promise<ApiKey> {
  const key = await store.apiKeys.find(actor.organizationId, id);
  if (key === null) throw new AppError("not_found", `There is no API key ${id}.`);
  if (key.userId !== actor.userId) requireAdmin(actor, "see and change another's API keys");
  return key;
}

/** Throws as `findApiKey` does. */
export async function renameApiKey(
  store: Pick<AccountsQueries, "apiKeys">,
  actor: Actor,
  id: string,
  name: string,
): Promise<ApiKey> {
  refuseNul("name", name);
  await findApiKey(store, actor, id);
  const renamed = await store.apiKeys.rename(actor.organizationId, id, name);
  if (renamed === null) throw new AppError("not_found", `There is no API key ${id}.`);
  return renamed;
}

/** Ends a key at once, with the sign-ins that were made with it. Throws as `findApiKey` does. */
export async function revokeApiKey(
  store: Pick<AccountsStore, "apiKeys" | "transaction">,
  actor: Actor,
  id: string,
): Promise<void> {
  await findApiKey(store, actor, id);
  if (!(await store.transaction((tx) => tx.apiKeys.revoke(actor.organizationId, id))))
    throw new AppError("not_found", `There is no API key ${id}.`);
}
