import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createApiKey } from "./core/accounts/api-key/create-api-key.ts";
import { createMachineToken, systemClock } from "./core/base/index.ts";
import { gitSubject } from "./forge/local/elsewhere/git-subject.ts";
import { makeVault } from "./forge/local/testing/forge-elsewhere.ts";
import { createAuthorizeGit } from "./start-git-access.ts";
import { openTestStore } from "./testing/test-store.ts";

async function makeAccess(t: TestContext) {
  const testStore = await openTestStore();
  t.after(() => testStore.drop());
  const { store, organizationId, userId } = testStore;
  const ports = { store, vault: await makeVault(t), clock: systemClock };
  const named = { owner: "acme", name: "app" };
  const { token: key } = await createApiKey(ports, { organizationId, userId, name: "Ada" });
  const machineToken = (of = named) => createMachineToken(ports, gitSubject(of), 60_000);
  const authorize = createAuthorizeGit(ports);
  const ask = async (token: string | null) => {
    const decide = (isWrite: boolean) => authorize({ ...named, token, isWrite });
    return [await decide(false), await decide(true)];
  };
  return { testStore, named, key, machineToken, ask };
}

test("lets people and machines read an archived repository, but not write to it", async (t) => {
  const { testStore, named, key, machineToken, ask } = await makeAccess(t);
  const repository = await testStore.addRepository(named);
  for (const token of [key, machineToken()]) assert.deepEqual(await ask(token), ["ok", "ok"], "control");
  await testStore.store.repositories.update({ ...repository, isArchived: true });
  for (const token of [key, machineToken()]) assert.deepEqual(await ask(token), ["ok", "read_only"]);
});

test("rejects other tokens, and keys of other organizations", async (t) => {
  const { testStore, named, key, machineToken, ask } = await makeAccess(t);
  await testStore.addRepository({ ...named, organizationId: await testStore.addOrganization() });
  for (const token of [null, "x", machineToken({ owner: "acme", name: "other" })])
    assert.deepEqual(await ask(token), ["unauthenticated", "unauthenticated"]);
  assert.deepEqual(await ask(key), ["not_found", "not_found"]);
  assert.deepEqual(await ask(machineToken()), ["ok", "ok"], "control");
});
