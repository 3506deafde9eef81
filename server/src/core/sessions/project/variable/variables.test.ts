import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openTestStore, type TestStore } from "../../../../testing/test-store.ts";
import { openVault } from "../../../../vault/open-vault.ts";
import { createSecret, loadSessionSecrets, rotateMasterKey } from "../../../access/index.ts";
import type { Project } from "../project.ts";
import { aProject } from "../testing/a-project.ts";
import { setVariables } from "./change-variables.ts";
import { variableVersions, withVariables } from "./load-variables.ts";

const folder = mkdtempSync(join(tmpdir(), "tembo-variables-"));
let t: TestStore;
let project: Project;
before(async () => {
  t = await openTestStore();
  project = aProject({ organizationId: t.organizationId });
  await t.store.projects.insert(project);
});
after(async () => {
  await t.drop();
  rmSync(folder, { recursive: true });
});

const open = () =>
  openVault({ file: join(folder, "master.key"), usedKeyIds: () => t.store.secrets.masterKeyIds() });

async function environmentFor(use: "build" | "run") {
  const { vault } = await open();
  const secrets = await loadSessionSecrets({ store: t.store, vault }, t.organizationId);
  return withVariables({ store: t.store, vault }, secrets, project, use);
}

test("gives builds all variables and sessions those for runs, ahead of the organization's secrets", async () => {
  const ports = { ...t, vault: (await open()).vault };
  await createSecret(ports, t.organizationId, { key: "TOKEN", value: "of-organization" });
  await createSecret(ports, t.organizationId, { key: "OTHER", value: "other-value" });
  await setVariables(ports, project, [
    { key: "TOKEN", value: "of-project" },
    { key: "DATABASE_URL", value: "postgres://db", scope: "buildAndRun" },
  ]);
  assert.deepEqual((await environmentFor("build")).environment, {
    TOKEN: "of-project",
    OTHER: "other-value",
    DATABASE_URL: "postgres://db",
  });
  const run = await environmentFor("run");
  assert.deepEqual(run.environment, {
    TOKEN: "of-organization",
    OTHER: "other-value",
    DATABASE_URL: "postgres://db",
  });
  assert.ok(run.values.some(({ key, value }) => key === "DATABASE_URL" && value === "postgres://db"));
});

test("stores no value in plain text, and keeps values readable after a rotation of the master key", async () => {
  const { rows } = await t.database.pool.query("select * from secrets, project_variables");
  assert.ok(!JSON.stringify(rows).includes("of-project"));
  const before = await t.store.secrets.masterKeyIds();
  await rotateMasterKey({ store: t.store, ...(await open()) });
  assert.notDeepEqual(await t.store.secrets.masterKeyIds(), before);
  assert.equal((await environmentFor("build")).environment.TOKEN, "of-project");
});

test("changes the version of a variable with its value", async () => {
  const versions = async () =>
    new Map(
      variableVersions(await t.store.projectVariables.list(project.id)).map(({ key, version }) => [
        key,
        version,
      ]),
    );
  const before = await versions();
  t.clock.set(new Date(t.clock.now().getTime() + 1));
  const ports = { ...t, vault: (await open()).vault };
  await setVariables(ports, project, [{ key: "TOKEN", value: "another-value" }]);
  const now = await versions();
  assert.notEqual(now.get("TOKEN"), before.get("TOKEN"));
  assert.equal(now.get("DATABASE_URL"), before.get("DATABASE_URL"));
});
