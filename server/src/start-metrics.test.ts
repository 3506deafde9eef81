import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import pg from "pg";
import { startMetrics } from "./start-metrics.ts";
import { freePort } from "./testing/free-port.ts";
import { openTestStore, type TestStore } from "./testing/test-store.ts";

const loaded = () =>
  Object.keys(createRequire(import.meta.url).cache).filter((path) =>
    path.includes("/node_modules/prom-client/"),
  );

test("loads the library of metrics only if they are collected", async () => {
  assert.equal(await startMetrics({ metrics: null, metricsToken: null }), null);
  assert.deepEqual(loaded(), []);
  await startMetrics({ metrics: { host: "127.0.0.1", port: 0 }, metricsToken: null });
  assert.ok(loaded().length > 0, "control");
});

test("serves what the process measures and what the database knows, until it is stopped", async () => {
  const t = await openTestStore();
  try {
    const metrics = { host: "127.0.0.1", port: await freePort() };
    const started = (await startMetrics({ metrics, metricsToken: null }))!;
    const parts = partsOf(t);
    const stop = await started.serve(parts);
    started.measure({ kind: "limitReached", limit: "disk" });
    const read = async () => (await fetch(`http://127.0.0.1:${metrics.port}/metrics`)).text();
    const text = await read();
    assert.match(text, /^tembo_limits_reached_total\{limit="disk"\} 1$/m);
    assert.match(text, /^tembo_workers\{state="accepting"\} 0$/m);
    assert.match(text, /^tembo_unsaved_sessions 0$/m);
    await assert.rejects(started.serve(parts), {
      code: "unavailable",
      message: /Listening on 127\.0\.0\.1:\d+ for the metrics failed: .* Set TEMBO_METRICS to a free address/,
    });
    await stop();
    await assert.rejects(read());

    const { ports } = parts;
    const settings = { ...ports.settings, savesWorkspaces: false };
    const stopAgain = await started.serve({ ...parts, ports: { ...ports, settings } });
    assert.doesNotMatch(await read(), /tembo_unsaved_sessions \d/, "without a shared blob store");
    await stopAgain();
  } finally {
    await t.drop();
  }
});

test("serves the number of statements that wait for a connection", async () => {
  await using cleanup = new AsyncDisposableStack();
  const t = await openTestStore();
  cleanup.defer(() => t.drop());
  const pool = new pg.Pool({ connectionString: t.database.url, max: 1 });
  cleanup.defer(() => pool.end());
  const metrics = { host: "127.0.0.1", port: await freePort() };
  const started = (await startMetrics({ metrics, metricsToken: null }))!;
  cleanup.defer(await started.serve(partsOf(t, pool)));
  const read = async () => (await fetch(`http://127.0.0.1:${metrics.port}/metrics`)).text();

  const held = await pool.connect();
  const waiting = [pool.query("select 1"), pool.query("select 1")];
  const busy = await read();
  held.release();
  await Promise.all(waiting);
  assert.match(busy, /^tembo_database_waiting 2$/m);
  assert.match(await read(), /^tembo_database_waiting 0$/m, "control");
});

/** Returns the parts of a process without a worker whose machine has the ID of the organization. */
function partsOf(t: TestStore, pool = t.database.pool) {
  return {
    ports: { store: t.store, settings: { machineId: t.organizationId, savesWorkspaces: true } },
    ...{ pool, sandboxes: () => null, log: { info() {}, warn() {}, error() {} } },
  } as unknown as Parameters<NonNullable<Awaited<ReturnType<typeof startMetrics>>>["serve"]>[0];
}
