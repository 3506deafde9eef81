import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { forgeKinds } from "../../../forge/create-forges.ts";
import { anEnvironmentOf } from "../../../testing/seed-project.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { anIntegration, bodyOf, fakeForge } from "../../../testing/webhook-fixture.ts";
import { memoryTools } from "../../base/engine/testing/memory-tools.ts";
import { minuteMs, newId } from "../../base/index.ts";
import type { ForgeEvent, Integration } from "../../forges/index.ts";
import type { Ports } from "../../ports.ts";
import { claimBuild, completeBuild, deleteProject, type Project } from "../../sessions/index.ts";
import { aProject } from "../../sessions/project/testing/a-project.ts";
import { runJob } from "../dispatch/run-job.ts";
import { handleEvent } from "./handle-event.ts";

let t: TestStore;
let ports: Ports;
let integration: Integration;
before(async () => {
  t = await openTestStore();
  ports = {
    store: t.store,
    clock: t.clock,
    forgeKinds,
    forges: { github: fakeForge() },
    engine: { enqueueJob: async () => undefined },
    log: { info() {}, warn() {}, error() {} },
  } as unknown as Ports;
  integration = anIntegration({ organizationId: t.organizationId });
  await t.store.integrations.insert(integration);
});
after(() => t.drop());

let repositories = 0;

/** Creates a repository with the default branch `main`, and a project that refreshes its environment from it. */
async function setUp(change: Partial<Project> = {}, enabledAt: Date | null = someTime) {
  const externalId = `shop-${++repositories}`;
  const common = { forge: "github", integrationId: integration.id, owner: "acme", defaultBranch: "main" };
  const repository = await t.addRepository({ ...common, externalId, name: externalId, enabledAt });
  const repositoryIds = [repository.id];
  const project = aProject({
    ...{ organizationId: t.organizationId, refreshesOnChange: true, repositoryIds },
    ...change,
  });
  await t.store.projects.insert(project);
  return { repository, project, externalId };
}

/** Delivers an event about a repository by webhook, and works on it. Returns the outcome of the delivery. */
async function deliver(externalId: string, change: object): Promise<string | null> {
  const repository = { externalId, owner: "acme", name: externalId, url: "https://forge.example/acme/shop" };
  const event = { repository, actor: null, at: someTime, ...change } as ForgeEvent;
  const id = newId();
  await t.store.deliveries.insert({
    ...{ id, organizationId: t.organizationId, integrationId: integration.id, forge: "github" },
    ...{
      deliveryId: id,
      eventName: "push",
      source: "webhook",
      headers: {},
      body: Buffer.from(bodyOf(event)),
    },
    ...{ status: "received", outcome: null, sessionId: null, receivedAt: someTime, workedAt: null },
  });
  const handlers = { handleEvent, syncIntegration: async () => undefined };
  await runJob({ ports, tools: memoryTools().tools, handlers }, { kind: "delivery", deliveryId: id });
  return (await t.store.deliveries.findById(id))!.outcome;
}

const pushed = (branch = "main", sha = "b".repeat(40)) => ({
  ...{ type: "branch.pushed", branch, sha, isForced: false },
});

const countBuilds = async ({ id }: Project) =>
  (await t.store.projectBuilds.list(id, { limit: 9 })).items.length;

/** Claims builds until one of the project is claimed, so that builds of other tests do not disturb. */
async function claimOf(projectId: string) {
  for (;;) {
    const claimed = (await claimBuild(ports, "worker"))!;
    if (claimed.build.projectId === projectId) return claimed;
  }
}

const later = (minutes: number) => t.clock.set(new Date(t.clock.now().getTime() + minutes * minuteMs));

test("requests a build after a push to the base branch, at most one in 30 minutes", async () => {
  const { project, externalId } = await setUp();
  assert.equal(await deliver(externalId, pushed()), `Requested a build of ${project.name}.`);
  const [build] = (await t.store.projectBuilds.list(project.id, { limit: 9 })).items;
  assert.equal(build?.trigger, "scheduled");
  assert.ok(await claimBuild(ports, "worker"));
  later(29);
  assert.match((await deliver(externalId, pushed("main", "c".repeat(40))))!, /not relevant/);
  assert.equal(await countBuilds(project), 1);
  later(2);
  await deliver(externalId, pushed("main", "d".repeat(40)));
  assert.equal(await countBuilds(project), 2);
});

const rejections: Readonly<Record<string, object>> = {
  "a push to another branch": pushed("feature"),
  "a deleted branch": { type: "ref.deleted", refType: "branch", ref: "main" },
  "a tag with the name of the branch": { type: "ref.created", refType: "tag", ref: "main" },
};
for (const [what, change] of Object.entries(rejections))
  test(`requests no build after ${what}`, async () => {
    const { project, externalId } = await setUp();
    await deliver(externalId, change);
    assert.equal(await countBuilds(project), 0);
    await deliver(externalId, pushed());
    assert.equal(await countBuilds(project), 1, "control");
  });

test("requests no build after a push to a fork or to a disabled repository", async () => {
  const { project } = await setUp();
  assert.match((await deliver("fork-of-shop", pushed()))!, /is not connected/);
  const disabled = await setUp({}, null);
  assert.match((await deliver(disabled.externalId, pushed()))!, /is disabled/);
  assert.deepEqual([await countBuilds(project), await countBuilds(disabled.project)], [0, 0]);
});

test("requests no build of a project that does not refresh, was deleted or uses another repository", async () => {
  const without = await setUp({ refreshesOnChange: false });
  const deleted = await setUp();
  await deleteProject(ports, deleted.project);
  const other = await setUp({ repositoryIds: [] });
  for (const { project, externalId } of [without, deleted, other]) {
    await deliver(externalId, pushed());
    assert.equal(await countBuilds(project), 0);
  }
});

test("uses the base branch that the project chose for the repository", async () => {
  const { repository, project, externalId } = await setUp();
  await t.store.projects.update({ ...project, baseBranches: { [repository.id]: "develop" } });
  await deliver(externalId, pushed());
  assert.equal(await countBuilds(project), 0);
  await deliver(externalId, pushed("develop"));
  assert.equal(await countBuilds(project), 1);
});

test("requests a build for the repository of a Dockerfile", async () => {
  const { repository, project, externalId } = await setUp();
  const source = { kind: "dockerfile", repositoryId: repository.id, path: "Dockerfile" } as const;
  await t.store.projects.update({ ...project, repositoryIds: [], source });
  await deliver(externalId, pushed());
  assert.equal(await countBuilds(project), 1);
});

test("requests no build of a commit that the environment already contains", async () => {
  const { repository, project, externalId } = await setUp();
  const sha = "e".repeat(40);
  await deliver(externalId, pushed("main", sha));
  await completeBuild(ports, await claimOf(project.id), anEnvironmentOf({ [repository.id]: sha }));
  later(60);
  await deliver(externalId, pushed("main", sha));
  assert.equal(await countBuilds(project), 1);
  await deliver(externalId, pushed("main", "f".repeat(40)));
  assert.equal(await countBuilds(project), 2, "control");
});
