import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { forgeKinds } from "../../../forge/create-forges.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { ada, anIntegration, bodyOf, fakeForge, issueOpened } from "../../../testing/webhook-fixture.ts";
import { memoryTools } from "../../base/engine/testing/memory-tools.ts";
import { AppError, type Job, newId } from "../../base/index.ts";
import { eventBody, eventHeader } from "../../forges/delivery/event-body.ts";
import type { Delivery, ForgeEvent, Integration } from "../../forges/index.ts";
import type { Ports } from "../../ports.ts";
import { runJob } from "../dispatch/run-job.ts";
import type { JobHandlers } from "../job/job-handlers.ts";

let t: TestStore;
let ports: Ports;
let integration: Integration;
let jobs: Job[] = [];
let handled: number[] = [];

before(async () => {
  t = await openTestStore();
  ports = {
    store: t.store,
    clock: t.clock,
    forgeKinds,
    forges: { github: fakeForge() },
    engine: { enqueueJob: async (_: unknown, job: Job) => void jobs.push(job) },
    log: { info() {}, warn() {}, error() {} },
  } as unknown as Ports;
  integration = await bareIntegration();
  const common = { forge: "github", integrationId: integration.id } as const;
  await t.addRepository({ ...common, externalId: "r1", owner: "acme", name: "shop" });
  await t.addRepository({ ...common, externalId: "off", owner: "acme", name: "old", enabledAt: null });
});
after(() => t.drop());
beforeEach(() => {
  jobs = [];
  handled = [];
});

async function bareIntegration(change: Partial<Integration> = {}) {
  const bare = anIntegration({ organizationId: t.organizationId, ...change });
  await t.store.integrations.insert(bare);
  return bare;
}

async function work(
  change: Partial<Delivery>,
  handleEvent: JobHandlers["handleEvent"] = async (_, __, event) => {
    handled.push("issue" in event ? event.issue.number : 0);
    return { kind: "worked", sentence: "Done." };
  },
  withPorts = ports,
) {
  const id = newId();
  await t.store.deliveries.insert({
    id,
    organizationId: t.organizationId,
    integrationId: integration.id,
    forge: "github",
    deliveryId: id,
    eventName: "issues",
    source: "webhook",
    headers: {},
    body: Buffer.from(bodyOf(issueOpened())),
    status: "received",
    outcome: null,
    sessionId: null,
    receivedAt: someTime,
    workedAt: null,
    ...change,
  });
  const { tools, pauses } = memoryTools();
  const context = {
    ports: withPorts,
    tools,
    handlers: { handleEvent, syncIntegration: async () => undefined },
  };
  await runJob(context, { kind: "delivery", deliveryId: id });
  const { status, outcome, sessionId, workedAt } = (await t.store.deliveries.findById(id))!;
  return { status, outcome, sessionId, workedAt, pauses, context, id };
}

test("passes each event of a delivery to the handler, and stores the combined outcome", async () => {
  const session = await t.addSession();
  const body = Buffer.from(bodyOf(issueOpened(1), issueOpened(2)));
  const { status, outcome, sessionId, workedAt } = await work({ body }, async (_, __, event, context) => {
    assert.equal(context.repository.name, "shop");
    return {
      kind: "worked",
      sentence: "Started a session.",
      sessionId: "issue" in event ? session.id : null,
    };
  });
  assert.deepEqual(
    [status, outcome, sessionId, workedAt],
    ["worked", "Started a session. Triggers: github.issue.opened.", session.id, someTime],
  );
});

test("skips a delivery that has ended or no longer exists", async () => {
  const ended = await work({ status: "worked", outcome: "Before.", workedAt: someTime });
  assert.deepEqual([ended.outcome, handled], ["Before.", []]);
  await runJob(ended.context, { kind: "delivery", deliveryId: newId() });
});

test("ignores an event that does not apply and records the reason", async () => {
  const body = (event: ForgeEvent) => ({ body: Buffer.from(bodyOf(event)) });
  const about = { repository: issueOpened().repository, actor: ada, at: someTime };
  const disabled = await bareIntegration({ enabledAt: null });
  for (const [change, sentence] of [
    [
      body(issueOpened(1, "unknown")),
      /^acme\/shop is not connected\. Run "tembo integration sync INTEGRATION"/,
    ],
    [body(issueOpened(1, "off")), /^acme\/old is disabled/],
    [{ integrationId: disabled.id }, /^The integration is disabled or was deleted\.$/],
    [{ body: Buffer.from("{}") }, /^The delivery is not relevant to Tembo\.$/],
    [{ body: Buffer.from("{") }, /^The delivery cannot be parsed: The body is not valid JSON\.$/],
    [{ body: Buffer.from("{}"), headers: { [eventHeader]: "x" } }, /^The delivery cannot be parsed/],
  ] as const) {
    const { status, outcome } = await work(change);
    assert.equal(status, "ignored", String(sentence));
    assert.match(outcome!, sentence);
  }
  assert.deepEqual(handled, []);
  // Control: an event of a connected and enabled repository is handled.
  assert.equal((await work(body({ ...about, ...issueOpened(5) }))).status, "worked");
});

test("requests a sync for repository and installation events", async () => {
  const { repository } = issueOpened(1, "unknown");
  const events: ForgeEvent[] = [
    { type: "repository.renamed", repository, actor: null, at: someTime },
    { type: "installation.changed", isRemoved: false, actor: null, at: someTime },
  ];
  for (const event of events) {
    jobs = [];
    const { status, id } = await work({ body: Buffer.from(bodyOf(event)) });
    assert.equal(status, "worked");
    assert.deepEqual(jobs, [{ kind: "integrationSync", integrationId: integration.id, requestId: id }]);
  }
});

test("reads a polled event from its stored form", async () => {
  const body = eventBody(issueOpened(8));
  const asked = await work({ body, source: "polling", headers: { [eventHeader]: "issue.opened" } });
  assert.deepEqual([asked.status, handled], ["worked", [8]]);
  // Control: without Tembo's header, the body is parsed in the forge's own format, and does not match it.
  assert.equal((await work({ body })).status, "ignored");
});

test("retries a handler when the database is unavailable and succeeds on the third attempt", async () => {
  let tries = 0;
  const { status, outcome, pauses } = await work({}, async () => {
    if (++tries < 3) throw new AppError("unavailable", "Away.");
    return { kind: "worked", sentence: "Done." };
  });
  assert.deepEqual([status, outcome, tries], ["worked", "Done. Triggers: github.issue.opened.", 3]);
  assert.equal(pauses.length, 2);
});

test("records a failed event, and still handles the others", async () => {
  const body = Buffer.from(bodyOf(issueOpened(1), issueOpened(2), issueOpened(3)));
  const { status, outcome } = await work({ body }, async (_, __, event) => {
    const number = "issue" in event ? event.issue.number : 0;
    if (number === 2) throw new AppError("forge_unauthorized", "Give the integration a new token.\0");
    handled.push(number);
    return { kind: "ignored", sentence: "Nobody is called." };
  });
  assert.deepEqual([status, handled], ["failed", [1, 3]]);
  assert.equal(outcome, "Nobody is called. Give the integration a new token. Triggers: github.issue.opened.");
});

test("marks a delivery as failed when parsing or handling it throws", async () => {
  const broken = (readWebhook: () => never) => ({
    ...ports,
    forges: { github: { ...fakeForge(), readWebhook } },
  });
  for (const readWebhook of [
    () => {
      throw new TypeError("a fault of the adapter");
    },
    () => null as never,
  ]) {
    const { status, outcome } = await work({}, undefined, broken(readWebhook) as unknown as Ports);
    assert.equal(status, "failed");
    assert.match(outcome!, /the server's log|its log/);
  }
});
