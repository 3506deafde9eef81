import { operations, type PushSubscription as SubscriptionView } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import {
  createPushSubscription,
  deletePushSubscription,
  findEmailProblem,
  getPreferences,
  getPushKeys,
  listPushSubscriptions,
  type PartialPreferences,
  type PushSubscription,
  sendTestNotification,
  updatePreferences,
} from "../../../core/automation/index.ts";
import type { Ports } from "../../../core/ports.ts";
import type { Caller } from "../../admission/authenticate.ts";
import { route } from "../../route.ts";

export function notificationRoutes(app: FastifyInstance, ports: Ports): void {
  const { store } = ports;

  route(app, operations.userNotificationsRetrieve, async ({ caller, params }) => ({
    ...(await getPreferences(ports, caller, params.userId)),
    emailProblem: await findEmailProblem(store, caller),
  }));

  route(app, operations.userNotificationsUpdate, async ({ caller, params, body }) => ({
    // The contract's optional fields are never undefined, because JSON has no such value.
    ...(await updatePreferences(ports, caller, params.userId, body as PartialPreferences)),
    emailProblem: await findEmailProblem(store, caller),
  }));

  route(app, operations.userNotificationsTest, async ({ caller, params, body }) => ({
    sentTo: await sendTestNotification(ports, caller, { userId: params.userId, channel: body.channel }),
  }));

  route(app, operations.userPushSubscriptionList, async ({ caller, params }) => {
    const items = await listPushSubscriptions(ports, caller, params.userId);
    const { publicKey } = await getPushKeys(ports);
    return { publicKey, items: items.map((one) => view(caller, one)) };
  });

  route(app, operations.userPushSubscriptionCreate, async ({ caller, params, body, raw }) => {
    const browser = raw.headers["user-agent"]?.slice(0, maxBrowserCharacters) ?? null;
    const actor = { ...caller, keyId: caller.apiKeyId };
    const given = { endpoint: body.endpoint, ...body.keys, browser };
    return view(caller, await createPushSubscription(ports, actor, params.userId, given));
  });

  route(app, operations.userPushSubscriptionDelete, async ({ caller, params }) => {
    const { userId, pushSubscriptionId: id } = params;
    await deletePushSubscription(ports, caller, { userId, id });
    return { id, deleted: true as const };
  });
}

const maxBrowserCharacters = 500;

const view = (
  { apiKeyId }: Caller,
  { id, browser, createdByKey, createdAt }: PushSubscription,
): SubscriptionView => ({
  id,
  browser,
  isCurrent: createdByKey === apiKeyId,
  createdAt: createdAt.toISOString(),
});
