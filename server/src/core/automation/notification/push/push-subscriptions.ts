import type { Actor } from "../../../accounts/index.ts";
import { getSelf } from "../../../accounts/index.ts";
import { AppError, newId } from "../../../base/index.ts";
import type { AutomationPorts } from "../../ports.ts";
import type { PushSubscription } from "../notification.ts";
import { arePushKeys } from "./encrypt-push.ts";

type SubscriptionPorts = Pick<AutomationPorts, "store" | "clock" | "broker">;

/** Maximum number of a person's browsers. A further one replaces the oldest. */
const maxSubscriptions = 20;

/**
 * Registers a browser for the actor's notifications. Replaces the registration of the same endpoint, which may be another
 * person's who used the browser before. Throws the errors of `getSelf`, or `invalid_input` if the server may not send to
 * the endpoint or if a key is not valid.
 */
export async function createPushSubscription(
  { store, clock, broker }: SubscriptionPorts,
  actor: Actor & { readonly keyId: string },
  userId: string,
  given: Pick<PushSubscription, "endpoint" | "p256dh" | "auth" | "browser">,
): Promise<PushSubscription> {
  const user = await getSelf(store, actor, userId);
  const problem = broker.problemOfWebhookUrl(given.endpoint);
  if (problem !== null) throw new AppError("invalid_input", problem, { field: "endpoint" });
  if (!arePushKeys(given))
    throw new AppError(
      "invalid_input",
      'The keys are not valid. Send the values of "getKey" of the browser\'s subscription as base64url.',
      { field: "keys" },
    );
  const createdAt = clock.now();
  const subscription: PushSubscription = {
    id: newId(createdAt.getTime()),
    userId: user.id,
    createdByKey: actor.keyId,
    ...given,
    createdAt,
  };
  await store.transaction(async (tx) => {
    await tx.push.save(subscription);
    await tx.push.keepNewest(user.id, maxSubscriptions);
  });
  return subscription;
}

/** Lists the actor's own registrations whose credential still exists. Throws the errors of `getSelf`. */
export async function listPushSubscriptions(
  { store }: Pick<SubscriptionPorts, "store">,
  actor: Actor,
  userId: string,
): Promise<PushSubscription[]> {
  const { id } = await getSelf(store, actor, userId);
  return store.push.list(id);
}

/** Removes one of the actor's own registrations. Throws the errors of `getSelf`, or `not_found`. */
export async function deletePushSubscription(
  { store }: Pick<SubscriptionPorts, "store">,
  actor: Actor,
  { userId, id }: { readonly userId: string; readonly id: string },
): Promise<void> {
  const user = await getSelf(store, actor, userId);
  const found = await store.push.find(id);
  if (found?.userId !== user.id) throw new AppError("not_found", `Push subscription ${id} was not found.`);
  await store.push.delete(id);
}
