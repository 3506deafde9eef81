import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { addPerson, type Person } from "../../../testing/person.ts";
import { openScene, type Scene } from "../../../testing/scene.ts";
import { someTime } from "../../../testing/test-store.ts";
import { newId } from "../../base/index.ts";
import { claimTurn } from "../../turns/turn/claim/claim-turn.ts";
import { settleTurn } from "../../turns/turn/settle-turn.ts";
import { turnRequester } from "../../turns/turn/turn-context.ts";
import type { Agent, RunPolicy } from "./agent.ts";
import { createAgent } from "./create-agent.ts";
import { instructionsOf } from "./instructions-text.ts";
import { requestRun } from "./run/queue-run.ts";
import { fireTriggers } from "./start/fire-triggers.ts";
import { tendAgents } from "./tend-agents.ts";
import { updateAgent } from "./update-agent.ts";

let scene: Scene;
let person: Person;
let infos: Readonly<Record<string, unknown>>[];
beforeEach(async () => {
  infos = [];
  scene = await openScene({
    log: { info: (fields: object, message: string) => void infos.push({ message, ...fields }) },
  });
  person = await addPerson(scene.t);
});
afterEach(() => scene.drop());

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const words = { name: "Nightly", instructions: instructionsOf("Tidy up.") };

async function anAgent(crons: readonly string[] = [], runPolicy: Partial<RunPolicy> = {}): Promise<Agent> {
  const by = { organizationId: scene.t.organizationId, authorId: null };
  const agent = await createAgent(scene.ports, by, words, { triggers: [], crons });
  return updateAgent(scene.ports, { ...by, id: agent.id }, { runPolicy });
}

const at = (time: string) => scene.t.clock.set(new Date(time));
const run = (agent: Agent, id = "r") =>
  requestRun(scene.ports, agent, { cause: "api", payload: {}, sender: senderOf(id) });
const senderOf = (id: string) => ({ keyId: person.keyId, request: { id, traceparent } });

async function runsOf({ id }: Agent) {
  const { items } = await scene.t.store.agentRuns.list(id, { limit: 100 });
  return items.reverse();
}
const statuses = async (agent: Agent) => (await runsOf(agent)).map(({ status }) => status);

/** Ends the turn of the agent's running run with this status, advances the clock by a second, and tends the agents. */
async function end(agent: Agent, status: "completed" | "failed"): Promise<void> {
  const running = (await runsOf(agent)).find((one) => one.status === "running")!;
  const turn = (await scene.t.store.turns.active(running.sessionId!))!;
  await scene.t.store.turns.claim(turn.id, scene.ports.clock.now());
  const lease = { turnId: turn.id, sessionId: running.sessionId!, attempt: 1 };
  const error = { code: "harness_failed", message: "It broke." };
  const ending = status === "failed" ? ({ status, error } as const) : ({ status } as const);
  await scene.t.store.turns.end(lease, ending, scene.ports.clock.now());
  scene.t.clock.set(new Date(scene.ports.clock.now().getTime() + 1_000));
  await tendAgents(scene.ports);
}

test("fires a schedule once at each scheduled time and never earlier", async () => {
  const agent = await anAgent(["0 9 * * *"]);
  at("2026-01-02T08:59:59Z");
  await tendAgents(scene.ports);
  assert.deepEqual(await statuses(agent), []);
  at("2026-01-02T09:00:00Z");
  await tendAgents(scene.ports);
  await tendAgents(scene.ports);
  const [first, ...others] = await runsOf(agent);
  assert.deepEqual([first?.status, first?.cause, others.length], ["running", "schedule", 0]);
  assert.deepEqual(first?.payload, { schedule: "0 9 * * *", scheduledFor: "2026-01-02T09:00:00.000Z" });
  const { items } = await scene.t.store.agentSchedules.list(agent.id, { limit: 1 });
  assert.deepEqual(
    [items[0]?.lastRunAt, items[0]?.nextRunAt].map((time) => time?.toISOString()),
    ["2026-01-02T09:00:00.000Z", "2026-01-03T09:00:00.000Z"],
  );
  assert.equal(scene.enqueued.length, 1);
});

test("fires a schedule once when ten servers check it concurrently", async () => {
  const agent = await anAgent(["0 9 * * *"]);
  at("2026-01-02T09:00:00Z");
  await Promise.all(Array.from({ length: 10 }, () => tendAgents(scene.ports)));
  await tendAgents(scene.ports);
  assert.deepEqual(await statuses(agent), ["running"]);
  assert.equal(scene.enqueued.length, 1);
});

test("starts one run for all times missed during downtime, even across a daylight saving time change", async () => {
  const agent = await anAgent(["CRON_TZ=Europe/Berlin 30 2 * * *"]);
  at("2026-03-29T12:00:00Z");
  await tendAgents(scene.ports);
  assert.deepEqual(await statuses(agent), ["running"]);
  const { items } = await scene.t.store.agentSchedules.list(agent.id, { limit: 1 });
  assert.equal(items[0]?.nextRunAt?.toISOString(), "2026-03-30T00:30:00.000Z");
});

test("skips the scheduled times that pass while an agent is disabled", async () => {
  const agent = await anAgent(["0 9 * * *"]);
  const which = { organizationId: agent.organizationId, id: agent.id, authorId: null };
  await updateAgent(scene.ports, which, { isEnabled: false });
  at("2026-01-02T09:00:00Z");
  await tendAgents(scene.ports);
  at("2026-01-02T10:00:00Z");
  await updateAgent(scene.ports, which, { isEnabled: true });
  await tendAgents(scene.ports);
  assert.deepEqual(await statuses(agent), []);
  at("2026-01-03T09:00:00Z");
  await tendAgents(scene.ports);
  assert.deepEqual(await statuses(agent), ["running"]);
});

test("ends a run when its turn ends, and records the times and the error", async () => {
  const agent = await anAgent();
  await run(agent);
  await end(agent, "failed");
  const [failed] = await runsOf(agent);
  assert.deepEqual([failed?.status, failed?.errorMessage], ["failed", "It broke."]);
  assert.equal(failed?.startedAt?.getTime(), someTime.getTime());
  assert.equal(failed?.endedAt?.getTime(), someTime.getTime() + 1_000);
  await run(agent);
  await end(agent, "completed");
  assert.deepEqual(await statuses(agent), ["failed", "completed"]);
});

test("starts, queues or skips a run while another one is running, according to the overlap policy", async () => {
  const parallel = await anAgent();
  await run(parallel);
  await run(parallel);
  assert.deepEqual(await statuses(parallel), ["running", "running"]);

  const queue = await anAgent([], { overlap: "queue" });
  for (let index = 0; index < 3; index += 1) {
    at(`2026-01-02T03:05:0${index}Z`);
    await run(queue);
  }
  await tendAgents(scene.ports);
  assert.deepEqual(await statuses(queue), ["running", "queued", "queued"]);
  await end(queue, "completed");
  assert.deepEqual(await statuses(queue), ["completed", "running", "queued"]);

  const skip = await anAgent([], { overlap: "skip" });
  await run(skip);
  at("2026-01-02T03:06:00Z");
  await run(skip);
  const [, skipped] = await runsOf(skip);
  assert.deepEqual([skipped?.status, skipped?.sessionId], ["skipped", null]);
  assert.match(skipped?.errorMessage ?? "", /another run/);
});

test("keeps the request and the key that started a run, also while the run waits", async () => {
  const agent = await anAgent(["0 9 * * *"], { overlap: "queue" });
  await run(agent, "first");
  at("2026-01-02T03:06:00Z");
  await run(agent, "second");
  assert.deepEqual(await statuses(agent), ["running", "queued"], "control");
  await end(agent, "completed");
  const requested = {
    ...{ source: "api", agentId: agent.id, sentByUserId: person.userId, sentByKeyId: person.keyId },
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  };
  const creations = () => infos.filter(({ message }) => message === "a session was created");
  const fields = ({
    source,
    agentId,
    sentByUserId,
    sentByKeyId,
    traceId,
    requestId,
  }: (typeof infos)[number]) =>
    ({ source, agentId, sentByUserId, sentByKeyId, traceId, requestId }) as object;
  assert.deepEqual(creations().map(fields), [
    { ...requested, requestId: "first" },
    { ...requested, requestId: "second" },
  ]);

  const context = await claimTurn(scene.ports, scene.enqueued.at(-1)!);
  assert.deepEqual(turnRequester(context!), {
    ...{ source: "api", agentId: agent.id, userId: person.userId, keyId: person.keyId, login: null },
    request: { id: "second", traceparent },
  });
  assert.equal(context!.sentByUserId, null, "the run does not act for the person");

  await settleTurn(context!, { status: "completed", message: "Done." });
  at("2026-01-03T09:00:00Z");
  await tendAgents(scene.ports);
  const nobody = { sentByUserId: null, sentByKeyId: null, traceId: undefined, requestId: undefined };
  assert.deepEqual(creations().slice(2).map(fields), [{ source: "schedule", agentId: agent.id, ...nobody }]);
});

test("pauses an agent after the configured number of consecutive failures, and resets the count when it is enabled again", async () => {
  const agent = await anAgent(["0 9 * * *"], { pauseAfterFailures: 2 });
  const which = { organizationId: agent.organizationId, id: agent.id, authorId: null };
  const current = async () => (await scene.t.store.agents.find(agent.organizationId, agent.id))!;
  for (const status of ["failed", "completed", "failed"] as const) {
    await run(agent);
    await end(agent, status);
    assert.equal((await current()).paused, null);
  }
  await run(agent);
  await end(agent, "failed");
  const paused = await current();
  assert.deepEqual([paused.enabledAt, paused.hasPausedSchedule], [null, true]);
  assert.equal(paused.paused?.reason, "2 consecutive runs failed. Last error: It broke.");
  await assert.rejects(
    requestRun(scene.ports, paused, { cause: "webhook", payload: {}, sender: senderOf("r") }),
    {
      code: "conflict",
      message: /was paused: 2 consecutive runs failed.*Enable the agent/,
    },
  );
  await updateAgent(scene.ports, which, { isEnabled: true });
  assert.equal((await current()).paused, null);
  await run(agent);
  await end(agent, "failed");
  assert.notEqual((await current()).enabledAt, null);
});

test("rejects a run when the agent's queue is full", async () => {
  const agent = await anAgent([], { overlap: "queue" });
  await run(agent);
  for (let index = 0; index < 100; index += 1) await run(agent);
  await assert.rejects(run(agent), { code: "conflict", message: /already has 100 queued runs/ });
});

test("starts an agent once per delivery when a forge event matches its filters", async () => {
  const by = { organizationId: scene.t.organizationId, authorId: null };
  const waiting = (labels: readonly string[]) =>
    createAgent(scene.ports, by, words, {
      triggers: [{ name: "local.issue.opened", filters: { labels } }],
      crons: [],
    });
  const [bugs, questions] = [await waiting(["bug"]), await waiting(["question"])];
  const issue = {
    number: 1,
    url: "",
    title: "It breaks",
    body: "",
    author: null,
    labels: ["bug"],
    isTembo: false,
  };
  const repository = { externalId: "1", owner: "acme", name: "shop", url: "" };
  const happened = {
    name: "local.issue.opened",
    payload: { repository, actor: null, at: someTime.toISOString(), issue },
  };
  const from = { organizationId: by.organizationId, integrationId: null, deliveryId: "d-1" };
  await fireTriggers(scene.ports, from, [happened]);
  await fireTriggers(scene.ports, from, [happened]);
  await tendAgents(scene.ports);
  const [run, ...others] = await runsOf(bugs);
  assert.deepEqual([run?.status, run?.triggerName, others.length], ["running", "local.issue.opened", 0]);
  assert.deepEqual(await statuses(questions), []);
  await fireTriggers(scene.ports, { ...from, organizationId: newId() }, [happened]);
  await fireTriggers(scene.ports, { ...from, deliveryId: "d-2" }, [happened]);
  assert.equal((await runsOf(bugs)).length, 2);

  const long = {
    ...happened,
    payload: { ...happened.payload, issue: { ...issue, body: "x".repeat(96 * 1024) } },
  };
  await fireTriggers(scene.ports, { ...from, deliveryId: "d-3" }, [long]);
  const skipped = (await runsOf(bugs)).find(({ status }) => status === "skipped");
  assert.match(String(skipped?.errorMessage), /^Skipped: The payload is larger than 96 KiB\.$/);
});
