import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { webhookPayload } from "@tembo/contract";
import { createPublicViews } from "../../../http/public-views.ts";
import { seedDecisions } from "../../../testing/seed-decisions.ts";
import { aPullRequest, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { openVault } from "../../../vault/open-vault.ts";
import { memoryTools } from "../../base/engine/testing/memory-tools.ts";
import { AppError, type Job, type Measurement, newId } from "../../base/index.ts";
import type { Ports } from "../../ports.ts";
import type { WebhookAnswer, WebhookRequest } from "../../turns/index.ts";
import { attemptDelivery } from "./attempt-delivery.ts";
import { maxAttempts } from "./decide-attempt.ts";
import { enqueueWebhookEvents } from "./enqueue-webhook-events.ts";
import { createWebhook, rotateWebhookSecret, updateWebhook, type WebhookInput } from "./manage-webhooks.ts";
import { replayOutgoingDelivery, testWebhook } from "./outgoing-deliveries.ts";
import type { Webhook } from "./webhook.ts";

type AttemptJob = Job & { readonly kind: "webhookAttempt" };

let t: TestStore;
let folder: string;
let ports: Ports;
let jobs: { readonly job: AttemptJob; readonly notBefore: Date | undefined }[];
let sent: WebhookRequest[];
/** Responses from the receiver, in order. The last response is repeated. */
let answers: (WebhookAnswer | Error)[];
const logged: string[] = [];
const measured: Measurement[] = [];

before(async () => {
  t = await openTestStore();
  folder = await mkdtemp(join(tmpdir(), "tembo-webhooks-"));
  const { vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] });
  ports = {
    store: t.store,
    clock: t.clock,
    measure: (measurement: Measurement) => void measured.push(measurement),
    vault,
    log: { info() {}, warn() {}, error: (_: object, message: string) => void logged.push(message) },
    settings: { publicUrl: "http://127.0.0.1:1" },
    engine: {
      enqueueJob: async (_: unknown, job: AttemptJob, { notBefore }: { notBefore?: Date } = {}) =>
        void jobs.push({ job, notBefore }),
    },
    broker: {
      problemOfWebhookUrl: () => null,
      sendWebhook: async (request: WebhookRequest) => {
        sent.push(request);
        const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    views: createPublicViews(() => ports),
  } as unknown as Ports;
});
after(async () => {
  await t.drop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await t.database.pool.query("delete from webhooks");
  await t.database.pool.query("delete from outgoing_events");
  t.clock.set(someTime);
  [jobs, sent, answers] = [[], [], [{ status: 204, body: "" }]];
  logged.length = 0;
  measured.length = 0;
});

async function aWebhook(change: Partial<WebhookInput> = {}): Promise<Webhook> {
  const input = { url: "https://example.com/", description: "", events: ["*"], isEnabled: true } as const;
  return (await createWebhook(ports, t.organizationId, { ...input, ...change })).webhook;
}

const find = (id: string) => t.store.outgoing.findById(id);
const again = async ({ id }: Webhook) => (await t.store.webhooks.find(t.organizationId, id))!;
const attempt = (job: AttemptJob, tools = memoryTools().tools) => attemptDelivery({ ports, tools }, job);

/** Runs the first queued job and returns its delivery. */
async function attemptNext() {
  const { job } = jobs.shift()!;
  await attempt(job);
  return (await find(job.deliveryId))!;
}

test("sends an event when a public session starts to wait for a person, but not for a private session", async () => {
  const webhook = await aWebhook();
  const waiting = async (visibility: "public" | "private") => {
    const session = await t.addSession({ visibility }, [await t.addRepository()]);
    await seedDecisions(t, await t.startTurn(session.id));
    await enqueueWebhookEvents(ports);
    const made = await Promise.all(jobs.splice(0).map(async ({ job }) => (await find(job.deliveryId))!));
    return made.filter(({ webhookId }) => webhookId === webhook.id);
  };
  const asked = ["session.permission_requested", "session.question_asked", "session.plan_proposed"];
  const deliveries = (await waiting("public")).filter(({ eventType }) => asked.includes(eventType));
  assert.deepEqual(
    deliveries.map(({ eventType }) => eventType),
    asked,
  );
  for (const { body } of deliveries) {
    const payload = webhookPayload.parse(JSON.parse(body));
    assert.ok("title" in payload.data, "the data is the session");
  }
  assert.deepEqual(await waiting("private"), []);
});

test("sends each webhook its subscribed events once, in the documented format", async () => {
  const [all, some] = [await aWebhook(), await aWebhook({ events: ["session.failed", "pull_request.*"] })];
  await aWebhook({ isEnabled: false });
  const repository = await t.addRepository();
  const session = await t.addSession({ status: "queued" }, [repository]);
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  const lease = await t.startTurn(session.id);
  const of = { organizationId: t.organizationId, sessionId: session.id, repositoryId: repository.id };
  await t.store.pullRequests.save(lease, aPullRequest(of));
  await Promise.all([enqueueWebhookEvents(ports), enqueueWebhookEvents(ports)]);
  await enqueueWebhookEvents(ports);
  const deliveries = await Promise.all(jobs.map(async ({ job }) => (await find(job.deliveryId))!));
  const typesOf = ({ id }: Webhook) =>
    deliveries.filter(({ webhookId }) => webhookId === id).map(({ eventType }) => eventType);
  assert.deepEqual(typesOf(all), ["session.created", "session.failed", "pull_request.opened"]);
  assert.deepEqual(typesOf(some), ["session.failed", "pull_request.opened"]);
  for (const { body } of deliveries) {
    const { type, data } = webhookPayload.parse(JSON.parse(body));
    if (type === "session.created")
      assert.equal(data.state.isQueued, true, "the payload keeps the state at the time of the event");
    if (type === "session.failed") assert.equal(data.state.isFailed, true);
    if (type === "pull_request.opened") assert.equal(data.session?.id, session.id);
  }
  assert.deepEqual(await t.store.outgoing.events(1), []);
});

test("sends a deletion event for a deleted session, and none for a session that became private", async () => {
  await aWebhook();
  const [deleted, hidden] = [await t.addSession(), await t.addSession()];
  await t.store.sessionChanges.hide(deleted.id, someTime);
  await t.store.sessionChanges.update(hidden.id, { visibility: "private" }, someTime);
  await enqueueWebhookEvents(ports);
  const bodies = await Promise.all(
    jobs.map(async ({ job }) => JSON.parse((await find(job.deliveryId))!.body)),
  );
  assert.equal(bodies.length, 1);
  const payload = webhookPayload.parse(bodies[0]);
  assert.deepEqual([payload.type, payload.data], ["session.deleted", { id: deleted.id }]);
});

test("omits a private session from its pull request's events", async () => {
  await aWebhook();
  const repository = await t.addRepository();
  const session = await t.addSession({ visibility: "private", title: "Hidden words" }, [repository]);
  const lease = await t.startTurn(session.id);
  const of = { organizationId: t.organizationId, sessionId: session.id, repositoryId: repository.id };
  await t.store.pullRequests.save(lease, aPullRequest(of));
  await enqueueWebhookEvents(ports);
  const [{ job }] = jobs as [(typeof jobs)[0]];
  const { body, sessionId } = (await find(job.deliveryId))!;
  assert.equal(jobs.length, 1);
  assert.deepEqual([JSON.parse(body).data.session, sessionId], [null, null]);
  assert.doesNotMatch(body, /Hidden words/);
});

test("truncates a long description", async () => {
  await aWebhook();
  await t.addSession({ prompt: "x".repeat(100_000) });
  await enqueueWebhookEvents(ports);
  const { body } = (await find(jobs[0]!.job.deliveryId))!;
  assert.equal(webhookPayload.parse(JSON.parse(body)).type, "session.created");
  assert.ok(body.length < 12_000);
});

/** Returns ports that render only this session. */
const withOnly = (id: string): Ports => ({
  ...ports,
  views: {
    ...ports.views,
    session: async (session) => {
      if (session.id !== id) throw new Error("broken");
      return ports.views.session(session);
    },
  },
});

test("enqueues later events even if 120 earlier ones fail, and tries each failing event once per pass", async () => {
  await aWebhook();
  for (let count = 0; count < 120; count++) await t.addSession();
  const good = await t.addSession();
  await enqueueWebhookEvents(withOnly(good.id));
  assert.equal(JSON.parse((await find(jobs[0]!.job.deliveryId))!.body).data.id, good.id);
  assert.equal((await t.store.outgoing.events(200)).length, 120);
  assert.equal(logged.length, 120);
});

test("drops an event after an hour of failures, regardless of its age", async () => {
  await aWebhook();
  await t.addSession();
  t.clock.set(new Date(Date.now() + 86_400_000));
  const begun = t.clock.now().getTime();
  for (const [ms, left] of [
    [0, 1],
    [3_599_999, 1],
    [3_600_000, 0],
  ] as const) {
    t.clock.set(new Date(begun + ms));
    await enqueueWebhookEvents(withOnly(newId()));
    assert.equal((await t.store.outgoing.events(10)).length, left);
  }
  assert.equal(logged.length, 3);
});

test("logs a disabled webhook's unsent events, and allows replaying them after the webhook is enabled", async () => {
  const [webhook, kept] = [await aWebhook(), await aWebhook()];
  const early = await aWebhook({ isEnabled: false });
  await t.addSession();
  t.clock.set(new Date(Date.now() + 60_000));
  await updateWebhook(ports, webhook, { isEnabled: false });
  await updateWebhook(ports, early, { isEnabled: false });
  await enqueueWebhookEvents(ports);
  assert.deepEqual(
    jobs.map(({ job }) => job.webhookId),
    [kept.id],
  );
  const log = async ({ id: webhookId }: Webhook) =>
    (await t.store.outgoing.list(t.organizationId, { webhookId, limit: 10 })).items;
  const [delivery] = await log(webhook);
  assert.deepEqual(
    [delivery?.status, delivery?.outcome, delivery?.attempts],
    ["failed", "The webhook was disabled before this delivery was sent.", 0],
  );
  assert.deepEqual(await log(early), []);
  await updateWebhook(ports, webhook, { isEnabled: true });
  await replayOutgoingDelivery(ports, { ...webhook, webhookId: webhook.id, id: delivery!.id });
  assert.equal(jobs.at(-1)!.job.webhookId, webhook.id);
});

test("logs events as failed, and rejects tests and replays, when 20,000 deliveries are pending", async () => {
  const [webhook, other] = [await aWebhook({ events: ["session.*"] }), await aWebhook()];
  await testWebhook(ports, webhook);
  const first = jobs.shift()!.job.deliveryId;
  await t.database.pool.query(
    `insert into outgoing_deliveries (id, organization_id, webhook_id, event_id, event_type, body, status, next_attempt_at, created_at)
     select gen_random_uuid(), $1, $2, gen_random_uuid(), 'session.created', '{}', 'pending', $3, $3 from generate_series(2, 20000)`,
    [t.organizationId, webhook.id, someTime],
  );
  await t.addSession();
  await enqueueWebhookEvents(ports);
  assert.deepEqual(
    jobs.map(({ job }) => job.webhookId),
    [other.id],
  );
  const [delivery] = (
    await t.store.outgoing.list(t.organizationId, { webhookId: webhook.id, status: "failed", limit: 10 })
  ).items;
  assert.equal(delivery!.outcome, "Not sent, because the webhook already had 20000 pending deliveries.");
  assert.notEqual((await again(webhook)).enabledAt, null);
  const place = { organizationId: t.organizationId, webhookId: webhook.id, id: delivery!.id };
  const full = { code: "conflict", message: /The webhook already has 20000 pending deliveries/ };
  await assert.rejects(replayOutgoingDelivery(ports, place), full);
  await assert.rejects(testWebhook(ports, webhook), full);
  await t.store.outgoing.giveUp(first, "Ended.", someTime);
  await replayOutgoingDelivery(ports, place);
  assert.equal(jobs.length, 2);
});

test("completes a delivery on success, and stores its signed headers", async () => {
  const webhook = await aWebhook();
  answers = [{ status: 202, body: "taken" }];
  await testWebhook(ports, webhook);
  const delivery = await attemptNext();
  assert.deepEqual(
    [delivery.status, delivery.outcome, delivery.attempts, delivery.nextAttemptAt, jobs.length],
    ["succeeded", "The receiver responded with 202.", 1, null, 0],
  );
  const [one] = await t.store.outgoing.attempts(delivery.id);
  assert.deepEqual(
    [one!.responseStatus, one!.responseBody, one!.error, one!.requestHeaders],
    [202, "taken", null, sent[0]!.headers],
  );
  assert.equal(sent[0]!.headers["webhook-id"], delivery.eventId);
  assert.deepEqual(webhookPayload.parse(JSON.parse(String(sent[0]!.body))).data, { webhookId: webhook.id });
});

test("retries a failed delivery with the same ID and body until it succeeds", async () => {
  const webhook = await aWebhook();
  await t.addSession();
  await enqueueWebhookEvents(ports);
  answers = [
    { status: 500, body: "" },
    new AppError("unreachable", "No answer."),
    { status: 302, body: "" },
    { status: 200, body: "" },
  ];
  for (const number of [1, 2, 3]) {
    const delivery = await attemptNext();
    assert.deepEqual([delivery.status, delivery.attempts], ["pending", number]);
    const [next] = jobs;
    assert.equal(next!.job.number, number + 1);
    assert.deepEqual(next!.notBefore, delivery.nextAttemptAt);
    assert.ok(next!.notBefore! > t.clock.now());
    assert.equal((await again(webhook)).failures, number);
  }
  const delivery = await attemptNext();
  assert.equal(delivery.status, "succeeded");
  assert.equal((await again(webhook)).failures, 0);
  assert.equal(new Set(sent.map(({ headers }) => headers["webhook-id"])).size, 1);
  assert.equal(new Set(sent.map(({ body }) => body)).size, 1);
  const errors = (await t.store.outgoing.attempts(delivery.id)).map(({ error }) => error);
  assert.deepEqual(errors, [
    "The receiver responded with 500.",
    "No answer.",
    "The receiver responded with 302. Tembo does not follow redirects.",
    null,
  ]);
  assert.deepEqual(
    measured.map((one) => one.kind === "webhookAttempted" && one.result),
    ["failed", "failed", "failed", "succeeded"],
  );
});

test("retries a delivery after the delay in Retry-After, given in seconds or as a date", async () => {
  await aWebhook();
  await t.addSession();
  await enqueueWebhookEvents(ports);
  const date = new Date(someTime.getTime() + 7_200_000).toUTCString();
  answers = [
    { status: 429, body: "", retryAfter: "3600" },
    { status: 503, body: "", retryAfter: date },
  ];
  assert.deepEqual((await attemptNext()).nextAttemptAt, new Date(someTime.getTime() + 3_600_000));
  assert.deepEqual((await attemptNext()).nextAttemptAt, new Date(date));
});

test("fails a delivery after the last attempt, and attempts a test delivery only once", async () => {
  const webhook = await aWebhook();
  answers = [{ status: 500, body: "" }];
  await testWebhook(ports, webhook);
  assert.deepEqual([(await attemptNext()).status, jobs.length], ["failed", 0]);
  await t.addSession();
  await enqueueWebhookEvents(ports);
  let delivery = await attemptNext();
  while (jobs.length > 0) delivery = await attemptNext();
  assert.deepEqual([delivery.status, delivery.attempts], ["failed", maxAttempts]);
  assert.match(delivery.outcome!, /All 11 attempts failed\. Last error: The receiver responded with 500/);
});

test("disables the webhook on 410 with a reason and abandons pending deliveries", async () => {
  const webhook = await aWebhook();
  for (const _ of [1, 2]) await t.addSession();
  await enqueueWebhookEvents(ports);
  answers = [{ status: 410, body: "" }];
  assert.equal((await attemptNext()).status, "failed");
  const gone = await again(webhook);
  assert.deepEqual([gone.enabledAt, gone.disabledReason], [null, "The receiver responded with 410 (Gone)."]);
  const other = await attemptNext();
  assert.deepEqual(
    [other.status, other.outcome, other.attempts],
    ["failed", "The webhook was disabled before this delivery was sent.", 0],
  );
  assert.equal(sent.length, 1);
  await assert.rejects(testWebhook(ports, webhook), { code: "conflict", message: /Enable it first/ });
});

test("disables the webhook after a day of failures, and resets the count when it is enabled again", async () => {
  const webhook = await aWebhook();
  answers = [{ status: 503, body: "" }];
  const fail = async () => {
    await testWebhook(ports, webhook);
    await attemptNext();
  };
  for (let count = 0; count < 25; count++) await fail();
  assert.notEqual((await again(webhook)).enabledAt, null, "stays enabled after failures within a short time");
  t.clock.set(new Date(someTime.getTime() + 24 * 3_600_000));
  await fail();
  const disabled = await again(webhook);
  assert.equal(disabled.enabledAt, null);
  assert.match(disabled.disabledReason!, /26 consecutive attempts have failed since 2026-01-02T03:04:05/);
  const enabled = await updateWebhook(ports, webhook, { isEnabled: true });
  assert.deepEqual([enabled.disabledReason, enabled.failures, enabled.failingSince], [null, 0, null]);
});

test("does not resend a restarted attempt that was recorded, and resends one that was not", async () => {
  await aWebhook();
  await t.addSession();
  await enqueueWebhookEvents(ports);
  const { job } = jobs.shift()!;
  answers = [{ status: 500, body: "" }];
  const { tools, kept } = memoryTools();
  await attempt(job, tools);
  await attempt(job, memoryTools(kept).tools);
  await attempt(job);
  assert.deepEqual([sent.length, jobs.length], [1, 1]);
  const { job: second } = jobs.shift()!;
  const died = memoryTools();
  const store = { ...t.store, transaction: () => Promise.reject(new Error("killed")) };
  const dying = attemptDelivery({ ports: { ...ports, store }, tools: died.tools }, second);
  await assert.rejects(dying, /killed/);
  await attempt(second);
  assert.equal(sent.length, 3);
  assert.equal((await find(second.deliveryId))!.attempts, 2);
});

test("replays an event as a new delivery with the same event ID and body", async () => {
  const webhook = await aWebhook();
  await t.addSession();
  await enqueueWebhookEvents(ports);
  const first = await attemptNext();
  const place = { organizationId: t.organizationId, webhookId: webhook.id, id: first.id };
  const replay = await replayOutgoingDelivery(ports, place);
  await attemptNext();
  assert.deepEqual([replay.eventId, replay.replayOf], [first.eventId, first.id]);
  assert.deepEqual(sent[0]!.body, sent[1]!.body);
  assert.equal(sent[0]!.headers["webhook-id"], sent[1]!.headers["webhook-id"]);
  for (const wrong of [{ id: newId() }, { organizationId: newId() }, { webhookId: newId() }])
    await assert.rejects(replayOutgoingDelivery(ports, { ...place, ...wrong }), { code: "not_found" });
});

test("signs with both secrets for the requested time after a rotation", async () => {
  const webhook = await aWebhook();
  const count = async () => {
    await testWebhook(ports, webhook);
    await attemptNext();
    return sent.at(-1)!.headers["webhook-signature"]!.split(" ").length;
  };
  assert.equal(await count(), 1);
  const { earlierUntil } = await rotateWebhookSecret(ports, webhook, 3_600_000);
  assert.equal(await count(), 2);
  t.clock.set(earlierUntil!);
  assert.equal(await count(), 1);
  await rotateWebhookSecret(ports, webhook, 3_600_000);
  assert.equal((await rotateWebhookSecret(ports, webhook, 0)).earlierUntil, null);
  assert.equal(await count(), 1);
});

test("fails the attempt when the signing secret cannot be decrypted, and explains the fix", async () => {
  const webhook = await aWebhook();
  await t.database.pool.query("update secrets set version = version + 1 where name = $1", [webhook.id]);
  await testWebhook(ports, webhook);
  assert.match((await attemptNext()).outcome!, /signing secret cannot be decrypted\. Rotate it/);
  assert.equal(sent.length, 0);
});

test("sends nothing to a deleted webhook", async () => {
  const webhook = await aWebhook();
  await testWebhook(ports, webhook);
  await t.store.webhooks.delete(t.organizationId, webhook.id);
  await attempt(jobs.shift()!.job);
  assert.equal(sent.length, 0);
});
