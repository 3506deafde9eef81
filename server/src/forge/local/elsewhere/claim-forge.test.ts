import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { openTestStore } from "../../../testing/test-store.ts";
import { makeRepository } from "../git/repositories.ts";
import { claimForge } from "./claim-forge.ts";

async function makeMachines(t: TestContext) {
  const testStore = await openTestStore();
  t.after(() => testStore.drop());
  const { store } = testStore;
  const warnings: string[] = [];
  const log = { info() {}, error() {}, warn: (_: object, message: string) => void warnings.push(message) };
  const machine = () => {
    const dataDir = mkdtempSync(join(tmpdir(), "tembo-claim-"));
    t.after(() => rmSync(dataDir, { recursive: true }));
    const machineId = newId();
    const start = (url = "http://x.example") => claimForge({ store, dataDir, log }, { machineId, url });
    return { dataDir, machineId, start };
  };
  return { testStore, warnings, machine, owner: () => store.forgeOwner.find() };
}

test("records the first machine of a database without repositories, and its latest URL", async (t) => {
  const { testStore, warnings, machine, owner } = await makeMachines(t);
  await testStore.addRepository({ forge: "github", externalId: "1" });
  const [first, second] = [machine(), machine()];
  await first.start();
  await second.start();
  assert.deepEqual(await owner(), { machineId: first.machineId, url: "http://x.example" });
  await testStore.addRepository();
  await first.start("http://y.example");
  assert.deepEqual(await owner(), { machineId: first.machineId, url: "http://y.example" });
  assert.deepEqual(warnings, []);
});

test("records only a machine with a repository if the database has repositories", async (t) => {
  const { testStore, warnings, machine, owner } = await makeMachines(t);
  for (let n = 0; n < 100; n++) await testStore.addRepository({ name: `lost-${n}` });
  await testStore.addRepository({ name: "app" });
  const [empty, full] = [machine(), machine()];
  await empty.start();
  assert.equal(await owner(), null);
  assert.match(warnings.join(), /Start the server whose data folder contains "forge\/acme\/lost-0\.git"/);
  await makeRepository(full.dataDir, { owner: "acme", name: "app" }, "main");
  await full.start();
  assert.equal((await owner())?.machineId, full.machineId);
  await empty.start();
  assert.equal((await owner())?.machineId, full.machineId);
  assert.equal(warnings.length, 1);
});
