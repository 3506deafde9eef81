import { createHmac } from "node:crypto";
import type { WebhookDelivery, WebhookDeliveryWithBody } from "@tembo/contract";
import type Tembo from "@tembo-io/sdk";
import { eventually } from "./eventually.ts";

/** Returns an integration's webhook deliveries, newest first, at most 100. */
export async function listDeliveries(
  client: Tembo,
  integrationId: string,
): Promise<readonly WebhookDelivery[]> {
  const { items } = await client.deliveries.list({ integrationId, limit: 100 });
  return items;
}

/**
 * Waits until a matching delivery has arrived and all matching deliveries have been processed. Returns the matching
 * deliveries.
 */
export function waitUntilProcessed(
  client: Tembo,
  integrationId: string,
  fits: (delivery: WebhookDeliveryWithBody) => boolean,
): Promise<readonly WebhookDeliveryWithBody[]> {
  return eventually("processing of the forge's webhooks", async () => {
    const deliveries = await listDeliveries(client, integrationId);
    const matching = (await Promise.all(deliveries.map(({ id }) => client.deliveries.retrieve(id)))).filter(
      fits,
    );
    return matching.length > 0 && matching.every(({ status }) => status !== "received") && matching;
  });
}

/** Signs a body as GitHub does. */
export function githubSignature(body: string, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/**
 * Sends a webhook request in GitHub's format, which any client can do. Returns the HTTP status and the `status` field
 * of the response.
 */
export async function sendAsGithub(
  webhookUrl: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signature: string,
): Promise<readonly [number, string | undefined]> {
  const sent = { ...headers, "x-hub-signature-256": signature };
  const response = await fetch(webhookUrl, { method: "POST", headers: sent, body });
  return [response.status, ((await response.json()) as { status?: string }).status];
}

/** Returns the headers of a stored delivery that GitHub itself sets. */
export function githubHeaders(kept: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(kept).filter(([name]) => /^(content-type|x-github-.*)$/.test(name)),
  );
}
