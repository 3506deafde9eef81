import { type Actor, findSelf } from "../../accounts/index.ts";
import { refuseNul } from "../../base/index.ts";
import type { ForgesPorts } from "../ports.ts";
import { findIntegration } from "./find-integration.ts";
import type { Integration } from "./integration.ts";

/** What a person says that they are called on a forge. Nobody has shown that it is so: it decides what they are shown first, and lets in nobody. */
export interface ForgeLogin {
  readonly integration: Integration;
  readonly login: string | null;
}

const mostForges = 100;

/** Of each forge of the organization, the newest first. Throws `not_found`, and `forbidden` for another person. */
export async function listForgeNames(
  { store }: Pick<ForgesPorts, "store">,
  actor: Actor,
  userId: string,
): Promise<readonly ForgeLogin[]> {
  const { id } = await findSelf(store, actor, userId);
  const names = await store.users.forgeNames(id);
  const { items } = await store.integrations.list(actor.organizationId, { limit: mostForges });
  return items.map((integration) => ({ integration, login: names.get(integration.id) ?? null }));
}

/** Null takes the name away. Throws `not_found`, `forbidden` and `invalid_input`. */
export async function setForgeName(
  { store }: Pick<ForgesPorts, "store">,
  actor: Actor,
  userId: string,
  { integrationId, login }: { readonly integrationId: string; readonly login: string | null },
): Promise<ForgeLogin> {
  refuseNul("login", login);
  const { id } = await findSelf(store, actor, userId);
  const integration = await findIntegration({ store }, actor.organizationId, integrationId);
  await store.users.setForgeName(id, integration.id, login);
  return { integration, login };
}
