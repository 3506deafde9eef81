import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { openScene, type Scene } from "../../../testing/scene.ts";
import { someTime } from "../../../testing/test-store.ts";
import { minuteMs, newId } from "../../base/index.ts";
import { sendMessage } from "../../sessions/index.ts";
import { settleTurn } from "../turn/settle-turn.ts";
import { endMarginMs, stopLimitMs } from "./decide-watch.ts";
import { watchTurns } from "./watch-turns.ts";

const turnLimitMs = 120 * minuteMs;
const signal = new AbortController().signal;
let scene: Scene;

before(async () => {
  scene = await openScene({ settings: { turnLimitMs } });
});
beforeEach(async () => {
  scene.t.clock.set(someTime);
  scene.forgetNotes();
  await scene.t.database.pool.query("truncate turn_placements, workers");
});
after(() => scene.drop());

const later = (ms: number) => scene.t.clock.set(new Date(someTime.getTime() + ms));
const watch = () => watchTurns(scene.ports, signal);
const stateOf = async (turnId: string) => (await scene.t.store.turns.find(turnId))?.state;

/** Starts a turn, which has been on its machine for `forMs`, or waits for one if `forMs` is null. */
async function startPlaced(forMs: number | null) {
  const context = await scene.working();
  await scene.t.store.turnPlacements.request(context.turn.id);
  if (forMs !== null)
    await scene.t.database.pool.query(
      `update turn_placements set machine_id = $2, version = 1, placed_at = now() - make_interval(secs => $3::float8 / 1000)
       where turn_id = $1`,
      [context.turn.id, newId(), forMs],
    );
  return context;
}

test("ends a turn that its worker does not end, fences that worker and starts the next message", async () => {
  const context = await startPlaced(endMarginMs);
  const { session, turn } = context;
  const content = "Then this.";
  await sendMessage(scene.ports, scene.t.organizationId, { sessionId: session.id, content });
  later(turnLimitMs + endMarginMs - 1);
  assert.deepEqual(await watch(), { ended: 0, waiting: 0 }, "control");
  later(turnLimitMs + endMarginMs);
  assert.equal((await watch()).ended, 1);
  const state = await stateOf(turn.id);
  assert.ok(state?.status === "failed");
  assert.equal(state.error.code, "turn_limit");
  assert.match(state.error.message, /because its worker does not respond/);
  assert.deepEqual(scene.noticed, [turn.id]);
  const { data } = (await scene.eventsOf(session.id)).find(({ data }) => data.type === "turn.failed")!;
  assert.deepEqual(data, { type: "turn.failed", turnId: turn.id, error: state.error });
  await assert.rejects(scene.t.store.turns.setPromptSent(context.lease, true), { code: "fenced" });
  const next = await scene.t.store.turns.active(session.id);
  assert.deepEqual([next?.state.status, scene.enqueued.at(-1)], ["queued", next?.id]);
  assert.equal((await scene.t.store.sessions.get(session.id)).status, "queued");
});

test("cancels a turn whose worker does not follow a stop", async () => {
  const { session, turn } = await startPlaced(stopLimitMs);
  await scene.t.store.turns.requestStop(turn.id, someTime);
  later(stopLimitMs - 1);
  assert.equal((await watch()).ended, 0, "control");
  later(stopLimitMs);
  assert.equal((await watch()).ended, 1);
  assert.equal((await stateOf(turn.id))?.status, "cancelled");
  assert.equal((await scene.t.store.sessions.get(session.id)).status, "cancelled");
});

test("leaves a turn to a worker that is absent or has just returned", async () => {
  const [running, stopped] = [await startPlaced(endMarginMs), await startPlaced(endMarginMs)];
  await scene.t.store.turns.requestStop(stopped.turn.id, someTime);
  later(turnLimitMs + endMarginMs);
  const setWorkers = async (heartbeatMs: number, returnedMs: number) => {
    await scene.t.database.pool.query("delete from workers");
    await scene.t.database.pool.query(
      `insert into workers (id, host, started_at, heartbeat_at, machine_id, returned_at)
       select gen_random_uuid(), 'here', now(), now() - make_interval(secs => $1::float8 / 1000), machine_id,
         now() - make_interval(secs => $2::float8 / 1000)
       from turn_placements`,
      [heartbeatMs, returnedMs],
    );
  };
  await setWorkers(11_000, endMarginMs);
  assert.equal((await watch()).ended, 0);
  await setWorkers(0, stopLimitMs - minuteMs);
  assert.equal((await watch()).ended, 0);
  await setWorkers(0, stopLimitMs);
  assert.equal((await watch()).ended, 1, "the turn with a stop");
  assert.equal((await stateOf(running.turn.id))?.status, "running");
  await setWorkers(0, endMarginMs);
  assert.equal((await watch()).ended, 1, "control");
});

test("cancels a stopped turn that waits for a machine, and leaves others that wait", async () => {
  const [stopped, waiting] = [await startPlaced(null), await startPlaced(null)];
  await scene.t.store.turns.requestStop(stopped.turn.id, someTime);
  later(turnLimitMs + endMarginMs);
  assert.equal((await watch()).ended, 1);
  assert.equal((await stateOf(stopped.turn.id))?.status, "cancelled");
  assert.equal((await stateOf(waiting.turn.id))?.status, "running");
});

test("ends a turn once if several processes watch", async () => {
  const { turn, session } = await startPlaced(stopLimitMs);
  await scene.t.store.turns.requestStop(turn.id, someTime);
  later(stopLimitMs);
  await Promise.all([watch(), watch(), watch()]);
  const ends = (await scene.eventsOf(session.id)).filter(({ data }) => data.type === "turn.cancelled");
  assert.equal(ends.length, 1);
});

test("does not change a turn that ended in time", async () => {
  const context = await startPlaced(stopLimitMs);
  await scene.t.store.turns.requestStop(context.turn.id, someTime);
  await settleTurn(context, { status: "completed", message: "Done." });
  later(stopLimitMs);
  assert.equal((await watch()).ended, 0);
  assert.equal((await stateOf(context.turn.id))?.status, "completed");
});

test("ends the other turns if one cannot be ended", async () => {
  const [first, second] = [await startPlaced(stopLimitMs), await startPlaced(stopLimitMs)];
  for (const { turn } of [first, second]) await scene.t.store.turns.requestStop(turn.id, someTime);
  later(stopLimitMs);
  const { store } = scene.ports;
  const failing = {
    ...store,
    sessions: {
      ...store.sessions,
      get: (id: string) =>
        id === first.session.id ? Promise.reject(new Error("broken")) : store.sessions.get(id),
    },
  };
  await assert.rejects(
    watchTurns({ ...scene.ports, store: failing }, signal),
    /could not end all stuck turns \(failed: 1\)/,
  );
  assert.deepEqual(
    [(await stateOf(first.turn.id))?.status, (await stateOf(second.turn.id))?.status],
    ["running", "cancelled"],
  );
});

async function noticesOf(sessionId: string): Promise<string[]> {
  const events = await scene.eventsOf(sessionId);
  return events.flatMap(({ data }) => (data.type === "notice" ? [data.message] : []));
}

test("shows once why a turn waits for a machine, and not before a minute", async () => {
  const { session, turn } = await startPlaced(null);
  assert.equal((await watch()).waiting, 0, "control");
  await scene.t.database.pool.query(
    "update turn_placements set requested_at = now() - interval '61 seconds' where turn_id = $1",
    [turn.id],
  );
  assert.equal((await watch()).waiting, 1);
  assert.equal((await watch()).waiting, 0);
  assert.match(
    (await noticesOf(session.id)).join("|"),
    /^This turn waits, because no worker accepts turns[^|]*$/,
  );
  const [machineId, workerId] = [newId(), newId()];
  await scene.t.database.pool.query(
    `insert into workers (id, host, started_at, heartbeat_at, machine_id, turn_limit) values ($1, 'here', now(), now(), $2, 1)`,
    [workerId, machineId],
  );
  await watch();
  assert.match((await noticesOf(session.id)).at(-1)!, /no machine has room for it/);
  const { store } = scene.t;
  await store.savedWorkspaces.setMachine({ turnId: turn.id, sessionId: session.id, attempt: 1 }, machineId);
  await watch();
  assert.match(
    (await noticesOf(session.id)).at(-1)!,
    /the machine that has the session's files can run another/,
  );
  await scene.t.database.pool.query("delete from workers where id = $1", [workerId]);
  await watch();
  assert.match((await noticesOf(session.id)).at(-1)!, /If that machine does not return within ten minutes/);
});

test("shows the reasons of all waiting turns although one run shows only some", async () => {
  const ids = [(await startPlaced(null)).turn.id, (await startPlaced(null)).turn.id];
  await scene.t.database.pool.query(
    "update turn_placements set requested_at = now() - interval '61 seconds' where turn_id = any($1)",
    [ids],
  );
  const { turnWatch, turnPlacements } = scene.t.store;
  const next = async () => (await turnWatch.longWaits(minuteMs, 1)).map(({ turnId }) => turnId);
  const seen: string[] = [];
  for (let turn = await next(); turn.length > 0; turn = await next()) {
    seen.push(...turn);
    assert.equal(await turnWatch.setShownReason(turn[0]!, "noMachine"), true);
    assert.equal(await turnWatch.setShownReason(turn[0]!, "noMachine"), false);
  }
  assert.deepEqual(seen.toSorted(), ids.toSorted());
  await turnPlacements.place(ids[0]!, newId(), 1);
  await turnPlacements.avoidMachines([ids[0]!]);
  assert.deepEqual(await next(), [ids[0]], "it waits again after it had a machine");
});

test("looks at the turns of every organization although one has many", async () => {
  const { t } = scene;
  await t.database.pool.query(
    "update turns set status = 'cancelled', ended_at = now() where ended_at is null",
  );
  const stop = async (organizationId: string, minutes: number) => {
    const turnId = await t.addTurn((await t.addSession({ organizationId })).id);
    await t.store.turns.requestStop(turnId, new Date(someTime.getTime() + minutes * minuteMs));
    return turnId;
  };
  const [many, few] = [await t.addOrganization(), await t.addOrganization()];
  const [first, second] = [await stop(many, 0), await stop(many, 1)];
  const other = await stop(few, 2);
  assert.deepEqual(await t.store.turnWatch.candidates(someTime, 3), [first, other, second]);
});
