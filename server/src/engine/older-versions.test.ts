import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Job, newId } from "../core/base/index.ts";
import { openTestStore, someTime, type TestStore, until } from "../testing/test-store.ts";
import { addIntegration, bodyOf, fakeForge, issueOpened } from "../testing/webhook-fixture.ts";
import { openVault } from "../vault/open-vault.ts";
import { openJobWorker } from "./testing/job-worker.ts";

const older = 7;
const own = 8;
const newer = 9;

let t: TestStore;
let folder: string;
let integrationId: string;
let worker: Awaited<ReturnType<typeof openJobWorker>>;
const handled: number[] = [];

before(async () => {
  t = await openTestStore();
  folder = await mkdtemp(join(tmpdir(), "tembo-versions-"));
  const { vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] });
  integrationId = (
    await addIntegration({ store: t.store, vault }, { organizationId: t.organizationId, secret: "s" })
  ).id;
  await t.addRepository({ forge: "github", integrationId, externalId: "r1", owner: "acme", name: "shop" });
  const ports = { clock: t.clock, vault, forges: { github: fakeForge() } as never };
  worker = await openJobWorker(t.database.url, ports, { version: own });
});
after(async () => {
  await worker.close();
  await t.drop();
  await rm(folder, { recursive: true });
});

/** Runs `work` with the engine of a server that runs this version. */
async function withEngine<T>(
  version: number,
  work: (engine: Awaited<ReturnType<typeof openJobWorker>>["ports"]) => Promise<T>,
): Promise<T> {
  const other = await openJobWorker(t.database.url, {}, { version });
  return work(other.ports).finally(() => other.close());
}

const enqueueJob = (version: number, job: Job) =>
  withEngine(version, ({ store, engine }) => store.transaction((tx) => engine.enqueueJob(tx, job)));

async function addDelivery(...numbers: readonly number[]): Promise<string> {
  const id = newId();
  await t.store.deliveries.insert({
    id,
    organizationId: t.organizationId,
    integrationId,
    forge: "github",
    deliveryId: `d-${id}`,
    eventName: "issues",
    source: "webhook",
    headers: {},
    body: Buffer.from(bodyOf(...numbers.map((number) => issueOpened(number)))),
    status: "received",
    outcome: null,
    sessionId: null,
    receivedAt: someTime,
    workedAt: null,
  });
  return id;
}

async function workflow(id: string) {
  const { rows } = await t.database.pool.query<{ status: string; version: string }>(
    "select status, application_version as version from dbos.workflow_status where workflow_uuid = $1",
    [id],
  );
  return rows[0]!;
}

const ended = (id: string) =>
  until(async () => {
    const row = await workflow(id);
    return row.status === "SUCCESS" && row;
  });

/** Starts a worker that hangs in the second event that it handles. */
async function startOlderWorker(): Promise<ChildProcess> {
  const script = new URL("./testing/hang-in-event.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, t.database.url, String(older)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout!.on("data", (chunk) => {
    output += chunk;
  });
  await until(async () => output.includes("event 2\n"));
  return child;
}

test("takes over work of an older version when its last worker is gone, and never work of a newer one", async () => {
  const begun = await addDelivery(1, 2);
  await enqueueJob(older, { kind: "delivery", deliveryId: begun });
  const child = await startOlderWorker();
  const future = await addDelivery(4);
  await enqueueJob(newer, { kind: "delivery", deliveryId: future });

  await worker.start({
    syncIntegration: async () => undefined,
    handleEvent: async (_, __, event) => {
      handled.push("issue" in event ? event.issue.number : 0);
      return { kind: "worked", sentence: "Done." };
    },
  });
  const ownJob = await addDelivery(5);
  await enqueueJob(own, { kind: "delivery", deliveryId: ownJob });
  await ended(`delivery:${ownJob}`);
  assert.deepEqual((await workflow(`delivery:${begun}`)).version, String(older));

  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  // As releases without placements enqueued it.
  const session = await t.addSession();
  const turnId = await t.addTurn(session.id);
  await t.store.turns.requestStop(turnId, someTime);
  await t.database.pool.query(
    `select dbos.enqueue_workflow(workflow_name => 'turn', queue_name => 'turns', workflow_id => $1,
       positional_args => array[$2::json], app_version => $3, application_name => 'tembo')`,
    [turnId, JSON.stringify(turnId), String(older)],
  );
  assert.equal((await ended(`delivery:${begun}`)).version, String(own));
  assert.equal((await ended(turnId)).version, String(own));
  assert.equal((await t.store.turns.find(turnId))!.state.status, "cancelled");
  // Runs again from its first step.
  assert.deepEqual(
    handled.filter((number) => number <= 3),
    [1, 2],
  );
  assert.deepEqual(await workflow(`delivery:${future}`), { status: "ENQUEUED", version: String(newer) });
});

test("finds a workflow whose takeover was interrupted", async () => {
  const deliveryId = await addDelivery(6);
  await enqueueJob(older, { kind: "delivery", deliveryId });
  const id = `delivery:${deliveryId}`;
  await t.database.pool.query(
    "update dbos.workflow_status set status = 'CANCELLED', queue_name = null where workflow_uuid = $1",
    [id],
  );
  assert.equal((await ended(id)).version, String(own));
});
