import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connectForge } from "../../../testing/connected-forge.ts";
import { type IntegrationServer, serveIntegrations } from "../../../testing/integration-server.ts";
import { AppError, newId } from "../../base/index.ts";
import type { OauthCredential } from "../forge/forge-credential.ts";
import { integrationSecretsOf, saveIntegrationSecrets } from "./integration-secrets.ts";
import { renewCredential } from "./renew-credential.ts";

let server: IntegrationServer;
before(async () => {
  server = await serveIntegrations();
});
after(() => server.close());

const first: OauthCredential = {
  type: "oauth",
  clientId: "client",
  clientSecret: "client-secret",
  accessToken: "access-1",
  refreshToken: "refresh-1",
  expiresAt: null,
};

/** Connects an integration, and refreshes its credential like a forge whose refresh tokens can be used only once. */
async function setUp() {
  const { id } = await connectForge(server);
  const { ports, testStore } = server;
  const integration = (await testStore.store.integrations.findById(id))!;
  const secrets = (await integrationSecretsOf(ports, integration))!;
  const save = (credential: OauthCredential) =>
    testStore.store.transaction((tx) =>
      saveIntegrationSecrets({ vault: ports.vault, tx }, integration, { ...secrets, credential }),
    );
  await save(first);
  let current = 1;
  const refresh = async ({ refreshToken }: OauthCredential) => {
    if (refreshToken !== `refresh-${current}`)
      throw new AppError("forge_unauthorized", "The refresh token was used before.");
    current += 1;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { ...first, accessToken: `access-${current}`, refreshToken: `refresh-${current}` };
  };
  const renew = (known = first, refreshing = refresh) =>
    renewCredential(ports, integration, { known, refresh: refreshing });
  const stored = async () => (await integrationSecretsOf(ports, integration))!.credential as OauthCredential;
  const { integrationSetup } = testStore.store;
  return { integration, renew, refresh, save, stored, integrationSetup };
}

test("uses a refresh token once for concurrent processes", async () => {
  const { renew, refresh, stored } = await setUp();
  const renewed = await Promise.all([renew(), renew(), renew()]);
  assert.deepEqual(
    renewed.map(({ accessToken }) => accessToken),
    ["access-2", "access-2", "access-2"],
  );
  assert.equal((await stored()).refreshToken, "refresh-2");
  assert.equal((await renew()).accessToken, "access-2", "an older credential is replaced by the stored one");
  assert.equal((await renew(await stored())).accessToken, "access-3");
  await assert.rejects(
    Promise.all([refresh(await stored()), refresh(await stored())]),
    /used before/,
    "control",
  );
});

test("keeps a credential that a person stores while the forge responds", async () => {
  const { renew, save, stored, refresh } = await setUp();
  const byHand = { ...first, accessToken: "access-by-hand", refreshToken: "refresh-by-hand" };
  const renewing = renew(first, async (newest) => {
    const renewed = await refresh(newest);
    await save(byHand);
    return renewed;
  });
  assert.equal((await renewing).accessToken, "access-by-hand");
  assert.deepEqual(await stored(), byHand);
});

test("renews in place of a process that has died, and not before", async () => {
  const { integration, renew, integrationSetup } = await setUp();
  const { id } = integration;
  assert.equal(await integrationSetup.reserveRenewal(id, newId(), 600), true);
  assert.equal(await integrationSetup.reserveRenewal(id, newId(), 600), false);
  assert.equal((await renew()).accessToken, "access-2");
  assert.equal(await integrationSetup.reserveRenewal(id, newId(), 600), true, "the renewal has ended");
});

test("lets the next process renew after a failure, and explains that the credential was removed", async () => {
  const { renew, save, integration } = await setUp();
  await save({ ...first, refreshToken: "spent" });
  await assert.rejects(renew({ ...first, refreshToken: "spent" }), /used before/);
  await save(first);
  assert.equal((await renew()).accessToken, "access-2");
  const { organizationId, store } = server.testStore;
  await store.integrations.delete(organizationId, integration.id);
  await assert.rejects(renew(), /was replaced or removed\. Try again/);
});
