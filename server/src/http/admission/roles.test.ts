import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Operation, type OperationName, operations } from "@tembo/contract";
import { newId } from "../../core/base/index.ts";
import { type Served, serve } from "../../testing/test-server.ts";
import { adminsAlone } from "./roles.ts";

let served: Served;
let member: string;
let admin: string;

before(async () => {
  served = await serve();
  const { testStore } = served;
  const at = testStore.clock.now();
  const userId = newId();
  const person = { email: "ada@example.com", createdAt: at, updatedAt: at };
  await testStore.store.users.insert({ ...person, id: userId, name: null, onboarding: null, settings: {} });
  const { organizationId } = testStore;
  await testStore.store.members.insert({ ...person, id: newId(), organizationId, userId, role: "member" });
  member = await served.addKey(organizationId, userId);
  admin = await served.addKey(organizationId);
});
after(() => served.close());

/** Returns the response's status. A request that passes the role check fails later, because no object exists and no body is valid. */
async function statusFor({ method, path }: Operation, key: string): Promise<number> {
  const stop = new AbortController();
  const response = await served.ask(path.replaceAll(/\{\w+\}/g, newId()), key, {
    method,
    signal: stop.signal,
    ...(method !== "GET" && { body: '{"unknown":1}', headers: { "content-type": "application/json" } }),
  });
  const { status } = response;
  stop.abort();
  return status;
}

for (const [name, operation] of Object.entries(operations) as [OperationName, Operation][]) {
  const isAdmins = name in adminsAlone;
  test(`${name} is ${isAdmins ? "restricted to admins" : "open to members"}`, async () => {
    assert.equal((await statusFor(operation, member)) === 403, isAdmins);
    assert.notEqual(await statusFor(operation, admin), 403, "an admin has access");
  });
}

test("the table lists every operation that changes the organization", () => {
  const own = /^\/v1\/(organizations|integrations|models)\b/;
  const works = new Set(["integrationSyncAll", "integrationSync", "integrationTest"]);
  for (const [name, { method, path }] of Object.entries(operations) as [OperationName, Operation][])
    if (method !== "GET" && own.test(path) && !works.has(name)) assert.ok(name in adminsAlone, name);
});

test("names the required role in the error", async () => {
  const path = `/v1/organizations/${served.testStore.organizationId}/budget`;
  const response = await served.ask(path, member, { method: "PUT", body: "{}" });
  assert.equal(response.status, 403);
  assert.partialDeepStrictEqual(await response.json(), {
    error: "Only an admin of the organization can change the budget. Ask an admin.",
  });
});

test("applies a changed role to the key's next request", async () => {
  const { store, organizationId } = served.testStore;
  const { items } = await store.members.list(organizationId, { limit: 10, isPending: false, search: "ada" });
  const role = async () =>
    ((await (await served.ask("/auth/context", member)).json()) as { role: string }).role;
  assert.equal(await role(), "org:member");
  await store.members.setRole(items[0]!.id, "admin");
  assert.equal(await role(), "org:admin");
});
