import assert from "node:assert/strict";
import type Tembo from "@tembo-io/sdk";
import { eventually } from "../support/api-edge.ts";
import type { StoryForge } from "./story-forge.ts";

/** Connects a forge as a person does: its repository can be worked on, and its webhook leads to us. Returns the integration's id. */
export async function connectForge(client: Tembo, forge: StoryForge): Promise<string> {
  const { integration } = await client.integrations.create({
    ...forge.connection,
    enablesNewRepositories: true,
  });
  // The first sync runs by itself. Two at once may each make the webhook, which the next one puts right.
  await eventually(async () => (await client.integrations.syncStatus()).activeJobCount === 0);
  const { healthy, message } = await client.integrations.test(integration.id);
  assert.ok(healthy, message);
  await client.integrations.sync(integration.id, { mode: "immediate" });
  const { webhookUrl } = await client.integrations.settings.retrieve(integration.id);
  assert.equal(await forge.webhooks(webhookUrl), 1, `${forge.type} has our webhook once`);
  return integration.id;
}
