import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { openTestStore, someTime, type TestStore } from "../../../../testing/test-store.ts";
import { addIntegration, fakeForge, issueOpened } from "../../../../testing/webhook-fixture.ts";
import { openVault } from "../../../../vault/open-vault.ts";
import { AppError, type Job } from "../../../base/index.ts";
import type { Ports } from "../../../ports.ts";
import type { ForgeEvent } from "../../forge/forge-event.ts";
import { defaultIntegrationSettings, type Integration } from "../../integration/integration.ts";
import { pollIntegration, sinceWhen } from "./poll-integration.ts";

let t: TestStore;
let folder: string;
let ports: Ports;
let jobs: Job[] = [];
let eventsSince: (name: string, since: Date) => Promise<readonly ForgeEvent[]>;
const polling = { ...defaultIntegrationSettings, events: "polling" } as const;

before(async () => {
  t = await openTestStore();
  folder = await mkdtemp(join(tmpdir(), "tembo-poll-"));
  const { vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] });
  ports = {
    store: t.store,
    vault,
    clock: t.clock,
    forges: { github: fakeForge((name, since) => eventsSince(name, since)) },
    engine: { enqueueJob: async (_: unknown, job: Job) => void jobs.push(job) },
    log: { info() {}, warn() {}, error() {} },
  } as unknown as Ports;
});
after(async () => {
  await t.drop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  jobs = [];
});

async function withRepositories(names: readonly string[], change: Partial<Integration> = {}) {
  const integration = await addIntegration(ports, {
    organizationId: t.organizationId,
    secret: "s",
    settings: polling,
    ...change,
  });
  const repositories = await Promise.all(
    names.map((name) =>
      t.addRepository({
        forge: "github",
        integrationId: integration.id,
        externalId: name,
        owner: "acme",
        name,
        ...(name === "off" && { enabledAt: null }),
      }),
    ),
  );
  return { integration, repositories };
}

const poll = (integration: Integration) =>
  pollIntegration(ports, integration.id, new AbortController().signal);

test("stores each enabled repository's events once", async () => {
  const { integration } = await withRepositories(["a", "off"]);
  eventsSince = async (name) => [issueOpened(1, name), issueOpened(2, name)];
  assert.equal(await poll(integration), 2);
  assert.equal(await poll(integration), 0);
  assert.equal(jobs.length, 2);
  const { items } = await t.store.deliveries.list(t.organizationId, {
    limit: 10,
    integrationId: integration.id,
  });
  assert.deepEqual(
    items.map(({ source, eventName, status }) => [source, eventName, status]),
    Array(2).fill(["polling", "issue.opened", "received"]),
  );
});

test("polls each repository from its last poll minus an overlap", async () => {
  const { integration, repositories } = await withRepositories(["b"]);
  const since: Date[] = [];
  eventsSince = async (_, from) => {
    since.push(from);
    return [];
  };
  await poll(integration);
  assert.deepEqual(await t.store.polling.cursors(integration.id), new Map([[repositories[0]!.id, someTime]]));
  await poll(integration);
  assert.deepEqual(since, [someTime, new Date(someTime.getTime() - 120_000)]);
  await t.store.polling.advance(repositories[0]!.id, new Date(0));
  assert.deepEqual((await t.store.polling.cursors(integration.id)).get(repositories[0]!.id), someTime);
});

test("polls the other repositories when one fails, and does not advance the failed one's poll time", async () => {
  const { integration, repositories } = await withRepositories(["c", "d"]);
  eventsSince = async (name) => {
    if (name === "c") throw new AppError("forge_failed", "Gone.");
    return [issueOpened(1, name)];
  };
  assert.equal(await poll(integration), 1);
  assert.deepEqual([...(await t.store.polling.cursors(integration.id)).keys()], [repositories[1]!.id]);
});

test("stops polling when the forge rejects the credential", async () => {
  const { integration } = await withRepositories(["e", "f"]);
  let asked = 0;
  eventsSince = async () => {
    asked += 1;
    throw new AppError("forge_unauthorized", "Give the integration a new token.");
  };
  await assert.rejects(poll(integration), { code: "forge_unauthorized" });
  assert.equal(asked, 1);
});

test("does not poll an integration with webhooks, a disabled one or an unknown one", async () => {
  eventsSince = () => assert.fail("asked");
  const connected = await withRepositories(["g"], { settings: defaultIntegrationSettings });
  const disabled = await withRepositories(["h"], { enabledAt: null });
  assert.equal(await poll(connected.integration), 0);
  assert.equal(await poll(disabled.integration), 0);
  assert.equal(await pollIntegration(ports, t.organizationId, new AbortController().signal), 0);
});

test("starts the first poll when the repository was enabled, at most ten minutes ago, and later polls go back at most a week", () => {
  const now = new Date("2026-02-01T00:00:00Z");
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const minute = 60_000;
  assert.deepEqual(sinceWhen(now, undefined, { enabledAt: ago(minute) }), ago(minute));
  assert.deepEqual(sinceWhen(now, undefined, { enabledAt: ago(60 * minute) }), ago(10 * minute));
  assert.deepEqual(sinceWhen(now, ago(minute), { enabledAt: ago(0) }), ago(3 * minute));
  assert.deepEqual(
    sinceWhen(now, ago(90 * 24 * 60 * minute), { enabledAt: ago(0) }),
    ago(7 * 24 * 60 * minute),
  );
});
