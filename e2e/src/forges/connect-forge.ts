import assert from "node:assert/strict";
import type Tembo from "@tembo-io/sdk";
import { eventually } from "../support/api-edge.ts";
import type { StoryForge } from "./story-forge.ts";

/**
 * Connects a forge in the same way as a user. Enables the forge's repository and registers a webhook to the product.
 * Returns the integration's ID.
 */
export async function connectForge(client: Tembo, forge: StoryForge): Promise<string> {
  const { integration } = await client.integrations.create({
    ...forge.connection,
    enablesNewRepositories: true,
  });
  // The first sync starts automatically. Two concurrent syncs could each create the webhook. The next sync would
  // correct this.
  await eventually(async () => (await client.integrations.syncStatus()).activeJobCount === 0);
  const { healthy, message } = await client.integrations.test(integration.id);
  assert.ok(healthy, message);
  await client.integrations.sync(integration.id, { mode: "immediate" });
  const { webhookUrl } = await client.integrations.settings.retrieve(integration.id);
  assert.equal(await forge.webhooks(webhookUrl), 1, `${forge.type} has the webhook of Tembo once`);
  return integration.id;
}
