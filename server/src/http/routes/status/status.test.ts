import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Status, status } from "@tembo/contract";
import { createFirstMember } from "../../../core/accounts/member/first-member.ts";
import { newDelivery } from "../../../core/automation/webhook/outgoing-deliveries.ts";
import { newId } from "../../../core/base/index.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { someTime } from "../../../testing/test-store.ts";

let served: Served;
let firstKey: string;
let secondKey: string;
let secondId: string;
before(async () => {
  served = await serve();
  const { testStore, ports } = served;
  firstKey = await served.addKey(testStore.organizationId);
  secondId = await testStore.addOrganization();
  secondKey = await served.addKey(secondId, await createFirstMember(ports, secondId));
});
after(() => served.close());

const query = (text: string, values: readonly unknown[] = []) =>
  served.testStore.database.pool.query(text, [...values]);

async function read(key: string): Promise<Status> {
  const response = await served.ask("/v1/status", key);
  const body: unknown = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  return status.parse(body);
}

async function addWorker(change: {
  readonly id?: string;
  readonly machineId?: string;
  readonly isDraining?: boolean;
  readonly beatAge?: string;
}): Promise<string> {
  const { id = newId(), machineId = newId(), isDraining = false, beatAge = "0 s" } = change;
  await query(
    `insert into workers (id, host, started_at, heartbeat_at, machine_id, turn_limit, memory_bytes, is_draining, labels)
     values ($1, 'alpha', now(), now() - $2::interval, $3, 2, 8e9, $4, '{gpu}')`,
    [id, beatAge, machineId, isDraining],
  );
  return id;
}

async function addWaitingTurn(organizationId: string): Promise<string> {
  const { id } = await served.testStore.addSession({ organizationId });
  const turnId = await served.testStore.addTurn(id);
  await served.testStore.store.turnPlacements.request(turnId);
  return turnId;
}

test("shows a lost worker, a draining worker and a process that is server and worker", async () => {
  const machineId = newId();
  const both = await addWorker({ machineId });
  const lost = await addWorker({ beatAge: "31 seconds" });
  const draining = await addWorker({ isDraining: true });
  await query("update workers set release = '1.2.2', free_disk_bytes = 6e9 where id = $1", [both]);
  const stopped = await addWorker({});
  await query("update workers set stopped_at = now() where id = $1", [stopped]);
  const oldServer = newId();
  for (const [id, age] of [
    [both, "0 s"],
    [oldServer, "16 seconds"],
  ])
    await query(
      `insert into servers (id, machine_id, heartbeat_at, newest_migration, host)
       values ($1, $2, now() - $3::interval, '0001-initial.sql', 'alpha')`,
      [id, machineId, age],
    );
  const { installation } = await read(firstKey);
  const found = new Map(installation!.processes.map((process) => [process.id, process]));
  assert.deepEqual(
    [both, lost, draining, oldServer].map((id) => [found.get(id)!.roles, found.get(id)!.state]),
    [
      [["server", "worker"], "running"],
      [["worker"], "lost"],
      [["worker"], "draining"],
      [["server"], "lost"],
    ],
  );
  assert.equal(found.has(stopped), false, "a worker that has stopped is not lost");
  assert.deepEqual([found.get(both)!.version, found.get(lost)!.version], ["1.2.2", null]);
  const machine = installation!.machines.find(({ id }) => id === machineId);
  assert.deepEqual(machine, {
    ...{ id: machineId, host: "alpha", labels: ["gpu"], turns: 0, turnLimit: 2 },
    ...{ memoryBytes: 8e9, reservedMemoryBytes: 0, freeDiskBytes: 6e9 },
  });
  assert.ok(Date.now() - Date.parse(found.get(both)!.startedAt) < 600_000);
});

test("shows storage and the ID of the master key", async () => {
  await served.testStore.store.secrets.setCurrentMasterKey("0123456789abcdef");
  const { installation, version } = await read(firstKey);
  const { storage, masterKey, newestMigration } = installation!;
  assert.equal(version, served.ports.installationFacts.version);
  assert.ok(storage.databaseBytes > 1e6);
  assert.deepEqual([storage.blobs, storage.database], ["dataFolder", "embedded"]);
  assert.deepEqual(masterKey, { source: "dataFolder", id: "0123456789abcdef" });
  assert.match(newestMigration!, /^\d{4}-.*\.sql$/);
});

test("counts waiting and running turns, and webhook deliveries", async () => {
  const { store, organizationId, clock } = served.testStore;
  const earlier = await read(firstKey);
  const turnId = await addWaitingTurn(organizationId);
  await query("update turn_placements set requested_at = now() - interval '1 hour' where turn_id = $1", [
    turnId,
  ]);
  const lease = await served.testStore.startTurn((await served.testStore.addSession()).id);
  await addDelivery(organizationId, {});
  await addDelivery(organizationId, { status: "failed", nextAttemptAt: null, endedAt: someTime });
  await query("update outgoing_deliveries set created_at = now() where status = 'failed'");
  const { turns, webhookDeliveries } = await read(firstKey);
  assert.equal(turns.waiting, earlier.turns.waiting + 1);
  assert.equal(turns.running, earlier.turns.running + 1);
  assert.ok(turns.longestWaitSeconds! >= 3_600 && turns.longestWaitSeconds! < 7_200);
  assert.deepEqual(webhookDeliveries, { waiting: 1, failed: 1 });
  await store.turns.end(lease, { status: "completed" }, clock.now());
});

async function addDelivery(
  organizationId: string,
  change: Partial<Parameters<typeof served.testStore.store.outgoing.insert>[0]>,
): Promise<void> {
  const webhook = {
    ...{ id: newId(), organizationId, url: "https://example.com/", description: "", events: ["*" as const] },
    ...{ enabledAt: someTime, disabledAt: null, disabledReason: null, failures: 0, failingSince: null },
    ...{ createdAt: someTime, updatedAt: someTime },
  };
  await served.testStore.store.webhooks.insert(webhook);
  const event = { eventId: newId(), eventType: "session.created" as const, sessionId: null };
  const delivery = newDelivery(webhook, { ...event, body: "{}", replayOf: null }, someTime);
  await served.testStore.store.outgoing.insert({ ...delivery, ...change });
}

test("shows which model keys are missing, and which one the provider rejected in the last turn", async () => {
  const { testStore } = served;
  const { store, clock } = testStore;
  const end = async (errorCode: "model_key_rejected" | "model_failed" | null) => {
    const { id } = await testStore.addSession({ model: "claude-opus-4-5", harness: "claudeCode" });
    const lease = await testStore.startTurn(id);
    const at = new Date(clock.now().getTime() + 1_000);
    clock.set(at);
    const ending =
      errorCode === null
        ? { status: "completed" as const }
        : { status: "failed" as const, error: { code: errorCode, message: "No." } };
    await store.turns.end(lease, ending, at);
  };
  const anthropic = async (key: string) =>
    (await read(key)).modelKeys.find(({ provider }) => provider === "anthropic")!;
  await end("model_key_rejected");
  assert.equal((await anthropic(firstKey)).rejectedAt, clock.now().toISOString());
  assert.equal((await anthropic(secondKey)).rejectedAt, null, "of another organization");
  const rejectedAt = clock.now().toISOString();
  await end("model_failed");
  assert.equal((await anthropic(firstKey)).rejectedAt, rejectedAt, "another failure is no evidence");
  await end(null);
  assert.deepEqual(await anthropic(firstKey), {
    ...{ provider: "anthropic", label: "Anthropic", source: "server", rejectedAt: null },
  });
  const missing = (await read(firstKey)).modelKeys.filter(({ source }) => source === null);
  assert.ok(missing.some(({ provider }) => provider === "openai"));
});

test("shows an admin of another organization only the figures of that organization", async () => {
  await addWorker({});
  await addWaitingTurn(served.testStore.organizationId);
  await addWaitingTurn(secondId);
  const first = await read(firstKey);
  const second = await read(secondKey);
  assert.equal(second.scope, "organization");
  assert.equal(second.installation, null);
  assert.equal(second.turns.waiting, 1);
  assert.deepEqual(second.webhookDeliveries, { waiting: 0, failed: 0 });
  assert.ok(second.turns.longestWaitSeconds! < 3_600);
  // Control: the first organization's admin sees the work of both, and the processes.
  assert.equal(first.scope, "installation");
  assert.ok(first.turns.waiting >= 3);
  assert.ok(first.installation!.processes.length > 0);
  const text = JSON.stringify(first);
  for (const id of [secondId, served.testStore.organizationId]) assert.ok(!text.includes(id));
});

test("rejects a member who is not an admin", async () => {
  const { store, organizationId, clock } = served.testStore;
  const userId = newId();
  const dates = { createdAt: clock.now(), updatedAt: clock.now() };
  const email = "ada@example.com";
  await store.transaction(async (tx) => {
    await tx.users.insert({ id: userId, email, name: "Ada", onboarding: null, settings: {}, ...dates });
    await tx.members.insert({ id: newId(), organizationId, userId, email, role: "member", ...dates });
  });
  const response = await served.ask("/v1/status", await served.addKey(organizationId, userId));
  assert.equal(response.status, 403);
  assert.match(((await response.json()) as { error: string }).error, /view the status of the installation/);
});
