import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createMemberKey, inviteMember } from "../../../core/accounts/index.ts";
import { type IntegrationServer, serveIntegrations } from "../../../testing/integration-server.ts";

let server: IntegrationServer;
let integrationId: string;
before(async () => {
  server = await serveIntegrations();
  integrationId = await server.addForge();
});
after(() => server.close());

const pathOf = (userId: string) => `/v1/users/${userId}/forge-names`;
const namesOf = async (userId: string, key?: string) =>
  (await server.call(`GET ${pathOf(userId)}`, undefined, key)).body.items.map(
    (item: { login: string | null }) => item.login,
  );
const put = (userId: string, login: unknown, id = integrationId) =>
  server.call(`PUT ${pathOf(userId)}/${id}`, { login });

test("sets, changes and removes a person's name on a forge", async () => {
  const { userId } = server.testStore;
  assert.deepEqual(await namesOf(userId), [null]);
  const { status, body } = await put(userId, " @ada-l ");
  assert.equal(status, 200);
  assert.deepEqual([body.integrationId, body.forge, body.login], [integrationId, "github", "ada-l"]);
  await put(userId, "ada");
  assert.deepEqual(await namesOf(userId), ["ada"]);
  assert.equal((await put(userId, null)).body.login, null);
  assert.deepEqual(await namesOf(userId), [null]);
});

test("rejects an invalid forge name with a reason", async () => {
  for (const login of ["", "@", "two words", "https://github.com/ada", "a\u0000b", "a".repeat(300)]) {
    const { status, body } = await put(server.testStore.userId, login);
    assert.equal(status, 400, JSON.stringify(login));
    assert.match(JSON.stringify(body), /login/);
  }
});

test("rejects requests for another person's forge names, and for another organization's forge", async () => {
  const { testStore } = server;
  await put(testStore.userId, "ada");
  const { organizationId, userId } = testStore;
  const { id: memberId } = await inviteMember(server.ports, organizationId, {
    email: "eve@example.com",
    role: "admin",
  });
  const made = await createMemberKey(
    server.ports,
    { organizationId, userId, role: "admin", kind: "key", confirmedAt: null },
    { name: null, memberId, organizationId: null },
  );
  const [other, key] = [made.key.userId, made.token];
  assert.deepEqual(await namesOf(other, key), [null]);
  assert.equal((await put(other, "eve")).status, 403);
  assert.equal((await server.call(`GET ${pathOf(testStore.userId)}`, undefined, key)).status, 403);
  assert.equal((await put(testStore.userId, "ada", other)).status, 404);
  const elsewhere = await server.addKey(await testStore.addOrganization());
  const foreign = await server.call(
    `PUT ${pathOf(testStore.userId)}/${integrationId}`,
    { login: "eve" },
    elsewhere,
  );
  assert.equal(foreign.status, 404);
  assert.deepEqual(await namesOf(testStore.userId), ["ada"]);
});
