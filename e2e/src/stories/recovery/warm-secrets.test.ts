import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ofType, sandboxProcesses, startWorld, type World } from "../../support/index.ts";
import { eventually, isStopped, keptSession, outputsOf, STILL_RUNS, sendAndWork } from "./warm-session.ts";

let world: World;

before(async () => {
  world = await startWorld({ env: { TEMBO_KEEP_ALIVE_MINUTES: "10" } });
});
after(async () => {
  await world.close();
});

test("reuses the harness and its processes for the next message, and closes the broker endpoints between turns", async () => {
  const id = await keptSession(world, "kept");
  assert.notDeepEqual(await sandboxProcesses(world.uidBase), []);
  const probes = async () =>
    (await readFile(join(world.dataDir, "sessions", id, "home", "probe"), "utf8")).split(",");
  const before = (await probes()).length;
  await eventually(async () => (await probes()).length > before + 5);
  assert.deepEqual(
    (await probes()).slice(before + 1, before + 4),
    ["000", "000", "000"],
    "the broker endpoints are closed between turns",
  );
  const events = await sendAndWork(world, id, STILL_RUNS);
  assert.ok(outputsOf(events).some((output) => output.includes("it still runs")));
  assert.ok(
    (await probes()).some((code) => code !== "000" && code !== ""),
    "control: the endpoints respond during a turn",
  );
  assert.equal(ofType(events, "pullRequest.updated").length, 1);
  await world.client.session.keepAlive(id, 0);
  await world.until(id, isStopped);
});

test("passes a changed secret to the next message, and terminates processes that had the old value", async () => {
  const { orgId } = await world.client.me.retrieve();
  const id = await keptSession(world, "secret");
  await world.client.organizations.secrets.create(orgId!, { key: "NEW_ONE", value: "value-of-it" });
  const events = await sendAndWork(
    world,
    id,
    `${STILL_RUNS} || echo gone; test -n "$NEW_ONE" && echo it is there`,
  );
  assert.ok(outputsOf(events).some((output) => /gone\s+it is there/.test(output)));
  await world.client.session.keepAlive(id, 0);
});
