import { createHash } from "node:crypto";
import { AppError, newId } from "../../base/index.ts";
import { getForgeAdapter } from "../forge/find-forge-kind.ts";
import type { ForgeName } from "../forge/forge-name.ts";
import type { WebhookIdentity, WebhookRequest } from "../forge/webhook.ts";
import type { Integration } from "../integration/integration.ts";
import type { ForgesPorts } from "../ports.ts";
import type { Delivery } from "./delivery.ts";
import { keptHeaders } from "./kept-headers.ts";
import { chooseIntegration, verifyingIntegrations, webhookCandidates } from "./webhook-candidates.ts";

export type Received =
  | { readonly status: "accepted"; readonly id: string; readonly integrationId: string }
  | { readonly status: "duplicate"; readonly integrationId: string };

const maxNameLength = 200;

/**
 * Verifies a forge's webhook request, stores it, and enqueues a job that processes it. Throws `unauthenticated` if the
 * request matches no integration's secret. Throws `not_found` if the forge or the integration is unknown, or if the
 * integration is disabled. Throws `invalid_input` if there are too many candidate integrations to try, or if the
 * headers are not from the forge.
 */
export async function receiveWebhook(
  ports: Pick<ForgesPorts, "forges" | "store" | "vault" | "engine" | "clock" | "log">,
  input: {
    readonly forge: ForgeName;
    readonly integrationId: string | null;
    readonly request: WebhookRequest;
  },
): Promise<Received> {
  const adapter = getForgeAdapter(ports, input.forge);
  const candidates = await webhookCandidates(ports.store, input);
  const verified = await verifyingIntegrations(ports, adapter, candidates, input.request);
  const integration = await chooseIntegration(ports.store, adapter, verified, input.request);
  if (integration === null) {
    throw new AppError(
      "unauthenticated",
      "The signature does not match the secret of any integration. Set the integration's secret in the webhook on the forge.",
    );
  }
  const identity = adapter.identifyWebhook(input.request);
  const delivery = deliveryOf(integration, identity, input.request, ports.clock.now());
  const { isOnceByBody = false } = identity;
  const isNew = await ports.store.transaction(async (tx) => {
    const inserted = await tx.deliveries.insert(delivery, { isOnceByBody });
    if (inserted) await ports.engine.enqueueJob(tx, { kind: "delivery", deliveryId: delivery.id });
    return inserted;
  });
  return isNew
    ? { status: "accepted", id: delivery.id, integrationId: integration.id }
    : { status: "duplicate", integrationId: integration.id };
}

function deliveryOf(
  integration: Integration,
  identity: WebhookIdentity,
  request: WebhookRequest,
  receivedAt: Date,
): Delivery {
  return {
    id: newId(),
    organizationId: integration.organizationId,
    integrationId: integration.id,
    forge: integration.forge,
    deliveryId: deliveryIdOf(identity, request.body),
    eventName: identity.eventName.slice(0, maxNameLength),
    source: "webhook",
    headers: keptHeaders(request.headers),
    body: request.body,
    status: "received",
    outcome: null,
    sessionId: null,
    receivedAt,
    workedAt: null,
  };
}

/**
 * Returns the forge's ID. If the forge sends no ID or an overlong ID, derives an ID from the contents. A redelivery has
 * the same ID.
 */
function deliveryIdOf({ deliveryId, eventName }: WebhookIdentity, body: Buffer): string {
  if (deliveryId !== null && deliveryId !== "" && deliveryId.length <= maxNameLength) return deliveryId;
  return createHash("sha256")
    .update(`${eventName}\n${deliveryId ?? ""}\n`)
    .update(body)
    .digest("hex");
}
