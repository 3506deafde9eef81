import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import type { Ports } from "../../ports.ts";
import { getRepositories } from "./get-repositories.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

async function idsOf(...urls: string[]): Promise<string[]> {
  const ports = { store: t.store, settings: { publicUrl: "https://tembo.example" } as Ports["settings"] };
  const found = await getRepositories(ports, t.organizationId, { urls, ids: [] });
  return found.map(({ id }) => id);
}

test("finds a repository by URL or by owner/name in any letter case, and returns it once", async () => {
  const web = await t.addRepository({ owner: "Acme", name: "web" });
  assert.deepEqual(await idsOf("acme/WEB"), [web.id]);
  assert.deepEqual(await idsOf("https://tembo.example/git/acme/web.git", "acme/web"), [web.id]);
  const nested = await t.addRepository({ owner: "acme/tools", name: "cli" });
  assert.deepEqual(await idsOf("acme/tools/cli"), [nested.id]);
});

test("rejects a name that several enabled repositories share, and prefers an enabled over a disabled one", async () => {
  await t.addRepository({ forge: "gitlab", externalId: "7", owner: "both", name: "app" });
  const second = await t.addRepository({ owner: "both", name: "app" });
  await assert.rejects(idsOf("both/app"), {
    code: "invalid_input",
    message: '2 repositories are named "both/app". Use the repository URL instead.',
  });
  await t.store.repositories.update({ ...second, enabledAt: null });
  assert.equal((await idsOf("both/app")).length, 1);
});

test("rejects an invalid reference and a repository that is not connected to the organization", async () => {
  await assert.rejects(
    idsOf("web"),
    /is not a repository. Use a URL such as .*, or a name such as owner\/name/,
  );
  await assert.rejects(idsOf("acme/none"), /"acme\/none" is not connected/);
  await t.addRepository({ organizationId: await t.addOrganization(), owner: "elsewhere", name: "app" });
  await assert.rejects(idsOf("elsewhere/app"), /is not connected/);
});
