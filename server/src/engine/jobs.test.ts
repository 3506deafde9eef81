import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { EventContext, EventOutcome, RepositoryEvent } from "../core/automation/job/job-handlers.ts";
import { type Job, jobName, newId } from "../core/base/index.ts";
import { eventKey } from "../core/forges/delivery/event-key.ts";
import { defaultIntegrationSettings, type ForgeEvent, type Integration } from "../core/forges/index.ts";
import { whenAborted } from "../runtime/on-abort.ts";
import { openTestStore, someTime, type TestStore, until } from "../testing/test-store.ts";
import { addIntegration, bodyOf, fakeForge, issueOpened } from "../testing/webhook-fixture.ts";
import { openVault } from "../vault/open-vault.ts";
import { forgetEnded } from "./forget-ended.ts";
import { enqueueDueJobs } from "./job-schedule.ts";
import { openJobWorker } from "./testing/job-worker.ts";

type Handle = (event: RepositoryEvent, context: EventContext) => Promise<EventOutcome>;

let t: TestStore;
let folder: string;
let worker: Awaited<ReturnType<typeof openJobWorker>>;
let integration: Integration;
let killed: { readonly deliveryId: string; readonly output: string };
const synced: string[] = [];
const asked: { name: string; since: Date }[] = [];
const handledEvents: ForgeEvent[] = [];
/** Handlers by issue number. */
const handlers = new Map<number, Handle>();
const handled: number[] = [];

before(async () => {
  t = await openTestStore();
  folder = await mkdtemp(join(tmpdir(), "tembo-jobs-"));
  const { vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] });
  integration = await addIntegration(
    { store: t.store, vault },
    { organizationId: t.organizationId, secret: "s" },
  );
  await t.addRepository({
    forge: "github",
    integrationId: integration.id,
    externalId: "r1",
    owner: "acme",
    name: "shop",
  });
  const github = fakeForge(async (name, since) => {
    asked.push({ name, since });
    return handledEvents;
  });
  worker = await openJobWorker(t.database.url, {
    clock: t.clock,
    vault,
    forges: { github } as never,
  });
  // A process can have only one engine, so the worker to kill runs first, in its own process.
  killed = await killInSecondEvent();
  await worker.start({
    syncIntegration: async (_, integrationId) => void synced.push(integrationId),
    handleEvent: async (_, __, event, context) => {
      const number = "issue" in event ? event.issue.number : 0;
      handled.push(number);
      const handle = handlers.get(number);
      return handle === undefined
        ? { kind: "worked", sentence: `Issue ${number} is done.` }
        : handle(event, context);
    },
  });
});
after(async () => {
  await worker.close();
  await t.drop();
  await rm(folder, { recursive: true });
});

async function addDelivery(...events: readonly ForgeEvent[]): Promise<string> {
  const id = newId();
  await t.store.deliveries.insert({
    id,
    organizationId: t.organizationId,
    integrationId: integration.id,
    forge: "github",
    deliveryId: `d-${id}`,
    eventName: "issues",
    source: "webhook",
    headers: {},
    body: Buffer.from(bodyOf(...events)),
    status: "received",
    outcome: null,
    sessionId: null,
    receivedAt: someTime,
    workedAt: null,
  });
  return id;
}

const enqueue = (job: Job) => worker.ports.store.transaction((tx) => worker.ports.engine.enqueueJob(tx, job));

async function deliver(...events: readonly ForgeEvent[]): Promise<string> {
  const deliveryId = await addDelivery(...events);
  await enqueue({ kind: "delivery", deliveryId });
  return deliveryId;
}

/** Waits until the delivery has been handled, and returns it. */
const worked = (id: string) =>
  until(async () => {
    const delivery = await t.store.deliveries.findById(id);
    return delivery!.status !== "received" && delivery!;
  });

async function jobRows(prefix: string) {
  const { rows } = await t.database.pool.query<{ id: string; status: string; queue: string }>(
    `select workflow_uuid as id, status, queue_name as queue from dbos.workflow_status
     where name = 'job' and starts_with(workflow_uuid, $1) order by 1`,
    [prefix],
  );
  return rows;
}

async function killInSecondEvent() {
  const script = new URL("./testing/hang-in-event.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, t.database.url], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const output = collect(child);
  const deliveryId = await deliver(issueOpened(101), issueOpened(102));
  await until(async () => output().includes("event 2\n"));
  child.kill("SIGKILL");
  await ended;
  return { deliveryId, output: output() };
}

function collect(child: ChildProcess): () => string {
  let text = "";
  child.stdout!.on("data", (chunk) => {
    text += chunk;
  });
  return () => text;
}

test("resumes a killed worker's delivery at its current event, without repeating completed events", async () => {
  assert.match(killed.output, /event 1\nevent 2\n/);
  const delivery = await worked(killed.deliveryId);
  assert.deepEqual(
    handled.filter((number) => number > 100),
    [102],
  );
  assert.deepEqual(
    [delivery.status, delivery.outcome],
    ["worked", "The first worker did it. Issue 102 is done. Triggers: github.issue.opened."],
  );
  const [row] = await jobRows(`delivery:${killed.deliveryId}`);
  assert.equal(row!.queue, "jobs");
});

test("runs a job once regardless of how often it is enqueued, and never after a rollback", async () => {
  const deliveryId = await addDelivery(issueOpened(1));
  const job: Job = { kind: "delivery", deliveryId };
  await Promise.all(Array.from({ length: 20 }, () => enqueue(job)));
  await worked(deliveryId);
  await enqueue(job);
  const none = await addDelivery(issueOpened(2));
  const rolledBack = worker.ports.store.transaction(async (tx) => {
    await worker.ports.engine.enqueueJob(tx, { kind: "delivery", deliveryId: none });
    throw new Error("no");
  });
  await assert.rejects(rolledBack, /no/);
  await worked(await deliver(issueOpened(3)));
  assert.deepEqual(
    handled.filter((number) => number <= 3),
    [1, 3],
  );
  assert.equal((await jobRows(`delivery:${none}`)).length, 0);
});

test("runs a job whose notice was lost", async () => {
  const deliveryId = await addDelivery(issueOpened(4));
  // A delayed job sends no notice. In queue-polls.test.ts, where DBOS polls once an hour, such a job does not start.
  await worker.ports.store.transaction((tx) =>
    worker.ports.engine.enqueueJob(tx, { kind: "delivery", deliveryId }, { notBefore: new Date(0) }),
  );
  await worked(deliveryId);
});

test("retries a deferred event, and handles later events only once", async () => {
  const tries: number[] = [];
  handlers.set(10, async (_, context) => {
    tries.push(context.tries);
    return context.tries < 2 ? { kind: "later", afterMs: 10 } : { kind: "ignored", sentence: "Settled." };
  });
  const delivery = await worked(await deliver(issueOpened(10), issueOpened(11)));
  assert.deepEqual(tries, [0, 1, 2]);
  assert.equal(handled.filter((number) => number === 11).length, 1);
  assert.equal(delivery.outcome, "Settled. Issue 11 is done. Triggers: github.issue.opened.");
});

test("runs other jobs while some wait between steps", async () => {
  handlers.set(20, async () => ({ kind: "later", afterMs: 600_000 }));
  const waiting = await Promise.all(Array.from({ length: 10 }, () => deliver(issueOpened(20))));
  assert.equal((await worked(await deliver(issueOpened(21)))).status, "worked");
  assert.equal((await t.store.deliveries.findById(waiting[0]!))!.status, "received");
});

test("runs turns in the queue of their machine, and forgets their placement", async () => {
  const session = await t.addSession();
  const turnId = await t.addTurn(session.id);
  await t.store.turns.requestStop(turnId, someTime);
  await worker.ports.store.transaction((tx) => worker.ports.engine.enqueueTurn(tx, turnId));
  const row = await until(async () => {
    const { rows } = await t.database.pool.query<{ name: string; queue_name: string }>(
      "select name, queue_name from dbos.workflow_status where workflow_uuid = $1 and status = 'SUCCESS'",
      [turnId],
    );
    return rows[0];
  });
  assert.deepEqual(row, { name: "turn", queue_name: `turns@${worker.machineId}` });
  assert.equal((await t.store.turns.find(turnId))!.state.status, "cancelled");
  const { rowCount } = await t.database.pool.query("select from turn_placements where turn_id = $1", [
    turnId,
  ]);
  assert.equal(rowCount, 0);
});

test("enqueues due jobs once on concurrent requests and stores each polled event once", async () => {
  const settings = { ...defaultIntegrationSettings, events: "polling" } as const;
  await t.store.integrations.update({ ...integration, settings });
  handledEvents.push(issueOpened(30), issueOpened(31));
  await Promise.all([enqueueDueJobs(worker.ports), enqueueDueJobs(worker.ports)]);
  const slot = "2026-01-02T03:04:00.000Z";
  const poll = jobName({ kind: "integrationPoll", integrationId: integration.id, requestId: slot });
  await until(async () => (await jobRows(poll))[0]?.status === "SUCCESS");
  await enqueueDueJobs(worker.ports);
  assert.deepEqual(
    (await jobRows("integrationPoll:")).map(({ id }) => id),
    [poll],
  );
  assert.equal((await jobRows("integrationSync:")).length, 1);
  await until(async () => synced.length > 0);
  assert.deepEqual(synced, [integration.id]);
  assert.deepEqual(asked, [{ name: "shop", since: new Date(someTime.getTime()) }]);

  t.clock.set(new Date(someTime.getTime() + 60_000));
  await enqueueDueJobs(worker.ports);
  await until(async () => asked.length > 1);
  assert.deepEqual(asked[1]!.since, new Date(someTime.getTime() - 120_000));
  await until(async () => [30, 31].every((number) => handled.includes(number)));
  await until(async () => (await jobRows("integrationPoll:")).every(({ status }) => status === "SUCCESS"));
  assert.equal(handled.filter((number) => number === 30).length, 1);
  const { items } = await t.store.deliveries.list(t.organizationId, { limit: 100 });
  const polled = items.filter(({ source }) => source === "polling");
  assert.deepEqual(
    new Set(polled.map(({ deliveryId }) => deliveryId)),
    new Set([eventKey(issueOpened(30)), eventKey(issueOpened(31))]),
  );
});

test("deletes old deliveries in the daily clean-up, and the DBOS records of ended jobs", async () => {
  const old = newId();
  const recent = await addDelivery(issueOpened(40));
  const of = (await t.store.deliveries.findById(recent))!;
  const fifteenDays = 15 * 24 * 60 * 60_000;
  await t.store.deliveries.insert({
    ...of,
    id: old,
    deliveryId: "old",
    receivedAt: new Date(t.clock.now().getTime() - fifteenDays),
  });
  await enqueue({ kind: "cleanUp", requestId: "now" });
  await until(async () => (await t.store.deliveries.findById(old)) === null);
  assert.notEqual(await t.store.deliveries.findById(recent), null);
  const ended = async () => (await jobRows("")).filter(({ status }) => status === "SUCCESS").length;
  await until(async () => (await jobRows("cleanUp:now"))[0]?.status === "SUCCESS");
  assert.ok((await ended()) > 0);
  assert.ok((await forgetEnded(t.database.pool, new Date(Date.now() + 60_000))) > 0);
  assert.equal(await ended(), 0);
});

test("leaves jobs open when the worker stops, in a step and between steps", async () => {
  const { promise: isIn, resolve: comeIn } = Promise.withResolvers<void>();
  handlers.set(50, async (_, { signal }) => {
    comeIn();
    await whenAborted(signal);
    throw new Error("interrupted");
  });
  const inStep = await deliver(issueOpened(50));
  await isIn;
  await worker.stop();
  assert.equal((await t.store.deliveries.findById(inStep))!.status, "received");
  assert.deepEqual(
    (await jobRows(`delivery:${inStep}`)).map(({ status }) => status),
    ["PENDING"],
  );
  const open = (await jobRows("delivery:")).filter(({ status }) => status === "PENDING");
  assert.equal(open.length, 11);
});
