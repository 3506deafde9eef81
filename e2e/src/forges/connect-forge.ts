import assert from "node:assert/strict";
import type Tembo from "@tembo-io/sdk";
import type { StoryForge } from "./story-forge.ts";

/** Connects a forge as a person does: its repository can be worked on, and its webhook leads to us. Returns the integration's id. */
export async function connectForge(client: Tembo, forge: StoryForge): Promise<string> {
  const { integration } = await client.integrations.create({
    ...forge.connection,
    enablesNewRepositories: true,
  });
  const { healthy, message } = await client.integrations.test(integration.id);
  assert.ok(healthy, message);
  await client.integrations.sync(integration.id, { mode: "immediate" });
  const { webhookUrl } = await client.integrations.settings.retrieve(integration.id);
  assert.equal(await forge.webhooks(webhookUrl), 1, `${forge.type} has our webhook once`);
  return integration.id;
}
