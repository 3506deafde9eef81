import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { caller } from "../../../testing/caller.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { someTime } from "../../../testing/test-store.ts";

type Body = ReturnType<typeof JSON.parse>;

let served: Served;
let key: string;
before(async () => {
  served = await serve();
  key = await served.addKey(served.testStore.organizationId);
  served.testStore.clock.set(new Date("2026-03-02T08:30:00.000Z"));
});
after(() => {
  served.testStore.clock.set(someTime);
  return served.close();
});

const call = (status: number, method: string, path: string, body?: unknown): Promise<Body> =>
  caller(served, key)(status, method, path, body);

test("lists enabled agents by their next run", async () => {
  const create = (name: string, ...crons: string[]) =>
    call(201, "POST", "/v1/agents", { name, schedules: crons.map((cron) => ({ cron })) });
  const [daily, hourly, off] = await Promise.all([
    create("Daily", "0 12 1 * *", "0 12 * * *"),
    create("Hourly", "0 * * * *"),
    create("Off", "0 * * * *"),
    create("By hand"),
  ]);
  await call(200, "PATCH", `/v1/agents/${off.id}`, { enabled: false });
  const hourlyRun = { agentId: hourly.id, nextRunAt: "2026-03-02T09:00:00.000Z" };
  const dailyRun = { agentId: daily.id, nextRunAt: "2026-03-02T12:00:00.000Z" };
  assert.deepEqual(await call(200, "GET", "/v1/agents/next-runs"), { items: [hourlyRun, dailyRun] });
  assert.deepEqual(await call(200, "GET", "/v1/agents/next-runs?limit=1"), { items: [hourlyRun] });
  assert.deepEqual(await call(200, "GET", `/v1/agents/next-runs?ids=${daily.id},${off.id}`), {
    items: [dailyRun],
  });
  await call(400, "GET", "/v1/agents/next-runs?ids=daily");
});

test("returns the next five times of a cron expression, or an error for an invalid one", async () => {
  const times = (cron: string) => `/v1/agents/schedule-times?cron=${encodeURIComponent(cron)}`;
  assert.deepEqual(await call(200, "GET", times("CRON_TZ=Europe/Berlin 0 9 * * 1-5")), {
    times: [3, 4, 5, 6, 9].map((day) => `2026-03-0${day}T08:00:00.000Z`),
  });
  assert.match((await call(400, "GET", times("every day"))).error, /cron/);
  assert.match((await call(400, "GET", times("0 0 30 2 *"))).error, /never matches/);
  await call(400, "GET", "/v1/agents/schedule-times");
});
