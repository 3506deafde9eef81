import { type Actor, getSelf } from "../../accounts/index.ts";
import { refuseNul } from "../../base/index.ts";
import type { ForgesPorts } from "../ports.ts";
import { getIntegration } from "./get-integration.ts";
import type { Integration } from "./integration.ts";

/**
 * A person's login on a forge, as entered by the person. It is unverified: it affects only the order and grouping of
 * what they see, and grants no access.
 */
export interface ForgeLogin {
  readonly integration: Integration;
  readonly login: string | null;
}

const maxForges = 100;

/**
 * Returns the person's login for each of the organization's latest 100 integrations, newest first. Throws the errors of
 * `getSelf`.
 */
export async function listForgeNames(
  { store }: Pick<ForgesPorts, "store">,
  actor: Actor,
  userId: string,
): Promise<readonly ForgeLogin[]> {
  const { id } = await getSelf(store, actor, userId);
  const names = await store.users.forgeNames(id);
  const { items } = await store.integrations.list(actor.organizationId, { limit: maxForges });
  return items.map((integration) => ({ integration, login: names.get(integration.id) ?? null }));
}

/**
 * Sets the login, or removes it if `login` is null. Throws the errors of `getSelf` and `getIntegration`, or
 * `invalid_input` if the login contains a NUL character.
 */
export async function setForgeName(
  { store }: Pick<ForgesPorts, "store">,
  actor: Actor,
  userId: string,
  { integrationId, login }: { readonly integrationId: string; readonly login: string | null },
): Promise<ForgeLogin> {
  refuseNul("login", login);
  const { id } = await getSelf(store, actor, userId);
  const integration = await getIntegration({ store }, actor.organizationId, integrationId);
  await store.users.setForgeName(id, integration.id, login);
  return { integration, login };
}
