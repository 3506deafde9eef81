import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { overlap } from "../../../../testing/race.ts";
import { openScene, type Scene } from "../../../../testing/scene.ts";
import { someTime } from "../../../../testing/test-store.ts";
import type { Store } from "../../../ports.ts";
import { createAgent } from "../create-agent.ts";
import { instructionsOf } from "../instructions-text.ts";
import { updateAgent } from "../update-agent.ts";
import { addSchedule, updateSchedule } from "./change-schedules.ts";
import { addTrigger, updateTrigger } from "./change-triggers.ts";

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.drop());

const triggerName = "github.pull_request.opened";

/** Creates an enabled agent with a schedule and a trigger, and functions that read them and disable the agent. */
async function anAgent(key: string) {
  const { ports, t } = scene;
  const by = { organizationId: t.organizationId, authorId: null };
  const words = { name: key, instructions: instructionsOf("Tidy up.") };
  const starts = { triggers: [{ name: triggerName }], crons: ["0 9 * * *"] };
  const agent = await createAgent(ports, by, words, starts);
  const schedules = async () => (await t.store.agentSchedules.list(agent.id, { limit: 10 })).items;
  const triggers = async () => (await t.store.agentTriggers.list(agent.id, { limit: 10 })).items;
  const disable = (store: Store) =>
    updateAgent({ ...ports, store }, { ...by, id: agent.id }, { isEnabled: false });
  const areEnabled = async () =>
    [...(await schedules()), ...(await triggers())].map(({ enabledAt }) => enabledAt !== null);
  return { agent, schedules, triggers, disable, areEnabled };
}

test("keeps a schedule and a trigger disabled that change while their agent is disabled", async () => {
  const { ports, t } = scene;
  for (const kind of ["schedule", "trigger"]) {
    const { agent, schedules, triggers, disable, areEnabled } = await anAgent(`change-${kind}`);
    assert.deepEqual(await areEnabled(), [true, true], "control: both are enabled at first");
    const [[schedule], [trigger]] = [await schedules(), await triggers()];
    await overlap<unknown>(t, disable, (store) =>
      kind === "schedule"
        ? updateSchedule({ ...ports, store }, { agentId: agent.id, id: schedule!.id }, "0 8 * * *")
        : updateTrigger({ ...ports, store }, { agent, id: trigger!.id }, { name: triggerName }),
    );
    assert.deepEqual(await areEnabled(), [false, false]);
    assert.equal((await schedules())[0]?.nextRunAt, null);
  }
});

test("adds a disabled schedule and a disabled trigger while their agent is disabled", async () => {
  const { ports, t } = scene;
  for (const kind of ["schedule", "trigger"]) {
    const { agent, disable, areEnabled } = await anAgent(`add-${kind}`);
    await overlap<unknown>(t, disable, (store) =>
      kind === "schedule"
        ? addSchedule({ ...ports, store }, agent, "0 8 * * *")
        : addTrigger({ ...ports, store }, agent, { name: triggerName }),
    );
    assert.deepEqual(await areEnabled(), [false, false, false]);
  }
});

test("keeps the time of a run that starts while the schedule changes", async () => {
  const { ports, t } = scene;
  const { agent, schedules } = await anAgent("run");
  const [{ id, nextRunAt }] = (await schedules()) as [Awaited<ReturnType<typeof schedules>>[number]];
  await overlap(
    t,
    (store) => store.agentSchedules.advance(id, nextRunAt!, { lastRunAt: someTime, nextRunAt: null }),
    (store) => updateSchedule({ ...ports, store }, { agentId: agent.id, id }, "0 8 * * *"),
  );
  const [schedule] = await schedules();
  assert.deepEqual([schedule?.cron, schedule?.lastRunAt], ["0 8 * * *", someTime]);
});
