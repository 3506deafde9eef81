import type { WebhookEventPattern } from "@tembo/contract";
import { AppError, newId, refuseNul } from "../../base/index.ts";
import type { AutomationPorts, AutomationQueries } from "../ports.ts";
import { newWebhookSecret } from "./sign.ts";
import type { Webhook } from "./webhook.ts";
import { deleteWebhookSecrets, saveWebhookSecrets, webhookSecretsOf } from "./webhook-secrets.ts";

type WebhookPorts = Pick<AutomationPorts, "store" | "clock" | "vault" | "broker">;

export const maxWebhooks = 20;

export interface WebhookInput {
  readonly url: string;
  readonly description: string;
  readonly events: readonly WebhookEventPattern[];
  readonly isEnabled: boolean;
}

/**
 * Creates a webhook and its signing secret. Throws `invalid_input` if the URL or the description is not valid, or `conflict` if the organization has
 * too many webhooks.
 */
export async function createWebhook(
  ports: WebhookPorts,
  organizationId: string,
  input: WebhookInput,
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const { store, clock, vault } = ports;
  requireUrl(ports, input.url);
  refuseNul("description", input.description);
  const now = clock.now();
  const webhook: Webhook = {
    id: newId(now.getTime()),
    organizationId,
    url: input.url,
    description: input.description,
    events: [...new Set(input.events)],
    enabledAt: input.isEnabled ? now : null,
    disabledAt: null,
    disabledReason: null,
    failures: 0,
    failingSince: null,
    createdAt: now,
    updatedAt: now,
  };
  const secret = newWebhookSecret();
  await store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    await tx.organizations.lock(organizationId);
    if ((await tx.webhooks.countOthers(organizationId, webhook.id)) >= maxWebhooks)
      throw new AppError(
        "conflict",
        `An organization can have at most ${maxWebhooks} webhooks. Delete one first.`,
      );
    await tx.webhooks.insert(webhook);
    await saveWebhookSecrets({ vault, tx }, webhook, { current: secret, earlier: null });
  });
  return { webhook, secret };
}

/**
 * Updates a webhook. Enabling it resets its failure count. Throws `not_found` if the organization has no such webhook, or `invalid_input` if the URL
 * or the description is not valid.
 */
export async function updateWebhook(
  ports: WebhookPorts,
  place: WebhookPlace,
  change: Partial<WebhookInput>,
): Promise<Webhook> {
  if (change.url !== undefined) requireUrl(ports, change.url);
  refuseNul("description", change.description);
  const now = ports.clock.now();
  return ports.store.transaction(async (tx) => {
    const found = await tx.webhooks.lock(place.organizationId, place.id);
    if (found === null) throw noWebhook(place.id);
    const webhook: Webhook = {
      ...found,
      url: change.url ?? found.url,
      description: change.description ?? found.description,
      events: change.events === undefined ? found.events : [...new Set(change.events)],
      ...(change.isEnabled === true && {
        enabledAt: found.enabledAt ?? now,
        disabledAt: null,
        disabledReason: null,
        failures: 0,
        failingSince: null,
      }),
      ...(change.isEnabled === false && found.enabledAt !== null && { enabledAt: null, disabledAt: now }),
      updatedAt: now,
    };
    await tx.webhooks.update(webhook);
    return webhook;
  });
}

/** Deletes a webhook and its secrets. Throws `not_found` if the organization has no such webhook. */
export async function deleteWebhook(
  ports: Pick<AutomationPorts, "store">,
  place: WebhookPlace,
): Promise<void> {
  // Reads the webhook outside the transaction, so that the deletion succeeds even if the transaction is retried after a
  // commit whose response was lost.
  const webhook = await getWebhook(ports.store, place);
  await ports.store.transaction(async (tx) => {
    await deleteWebhookSecrets(tx, webhook);
    await tx.webhooks.delete(place.organizationId, place.id);
  });
}

/**
 * Creates a new signing secret. For `overlapMs`, requests are also signed with the previous secret. Throws `not_found` if the organization has no
 * such webhook.
 */
export async function rotateWebhookSecret(
  { store, clock, vault }: WebhookPorts,
  place: WebhookPlace,
  overlapMs: number,
): Promise<{ readonly secret: string; readonly earlierUntil: Date | null }> {
  const secret = newWebhookSecret();
  const earlierUntil = overlapMs === 0 ? null : new Date(clock.now().getTime() + overlapMs);
  await store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    const webhook = await tx.webhooks.lock(place.organizationId, place.id);
    if (webhook === null) throw noWebhook(place.id);
    const known = await webhookSecretsOf({ vault, store: tx }, webhook);
    // The secret is already saved, because the transaction was retried after its commit.
    if (known?.current === secret) return;
    const earlier =
      known === null || earlierUntil === null ? null : { secret: known.current, until: earlierUntil };
    await saveWebhookSecrets({ vault, tx }, webhook, { current: secret, earlier });
  });
  return { secret, earlierUntil };
}

export interface WebhookPlace {
  readonly organizationId: string;
  readonly id: string;
}

/** Returns a webhook. Throws `not_found` if the organization has no such webhook. */
export async function getWebhook(
  store: Pick<AutomationQueries, "webhooks">,
  { organizationId, id }: WebhookPlace,
): Promise<Webhook> {
  const webhook = await store.webhooks.find(organizationId, id);
  if (webhook === null) throw noWebhook(id);
  return webhook;
}

function requireUrl({ broker }: Pick<AutomationPorts, "broker">, url: string): void {
  refuseNul("url", url);
  const problem = broker.problemOfWebhookUrl(url);
  if (problem !== null) throw new AppError("invalid_input", problem);
}

const noWebhook = (id: string) => new AppError("not_found", `Webhook ${id} was not found.`);
