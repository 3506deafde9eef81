import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Served, serve } from "../../../testing/test-server.ts";
import { anIntegration } from "../../../testing/webhook-fixture.ts";

let served: Served;
let key: string;
before(async () => {
  served = await serve();
  key = await served.addKey(served.testStore.organizationId);
});
after(() => served.close());

async function call(method: string, path: string, body: unknown) {
  const response = await served.ask(path, key, {
    method,
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  return { status: response.status, body: (await response.json()) as { id: string; integrationId: unknown } };
}

test("limits a trigger to one integration, keeps the limit when the field is omitted, and removes it with null", async () => {
  const { testStore } = served;
  const github = anIntegration({ organizationId: testStore.organizationId, forge: "github" });
  await testStore.store.integrations.insert(github);
  const agent = await call("POST", "/v1/agents", { name: "Nightly" });
  const path = `/v1/agents/${agent.body.id}/triggers`;
  const name = "github.issue.opened";
  const made = await call("POST", path, { name, integrationId: github.id });
  assert.equal(made.body.integrationId, github.id);
  const change = (body: object) => call("PATCH", `${path}/${made.body.id}`, body);
  assert.equal((await change({ name })).body.integrationId, github.id);
  // The event belongs to another forge, so this integration never sends it.
  assert.equal((await change({ name: "local.issue.opened" })).status, 400);
  assert.deepEqual((await change({ name, integrationId: null })).body.integrationId, null);
  assert.equal((await change({ name, integrationId: github.id })).body.integrationId, github.id);
  const other = await change({ name: "local.issue.opened", integrationId: null });
  assert.deepEqual([other.status, other.body.integrationId], [200, null]);
});
