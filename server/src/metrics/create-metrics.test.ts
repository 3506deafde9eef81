import assert from "node:assert/strict";
import { test } from "node:test";
import { Gauge } from "prom-client";
import type { Measurement } from "../core/base/index.ts";
import type { InstallationState } from "../core/turns/index.ts";
import { createMetrics, type Metrics } from "./create-metrics.ts";
import { createReadMetrics, type MetricsSources } from "./read-metrics.ts";

const harness = "claudeCode";
const usage = { inputTokens: 1, outputTokens: 2, cachedInputTokens: 3, cacheWriteTokens: 4 };
const answered = { kind: "requestAnswered", method: "GET", route: "/v1/me", status: 204 } as const;
const metered = { kind: "modelAnswered", provider: "anthropic", ...usage } as const;

/** A measurement of each kind, with samples of the metrics that it changes. */
const examples: {
  readonly [K in Measurement["kind"]]: readonly [Extract<Measurement, { kind: K }>, ...string[]];
} = {
  requestAnswered: [
    { ...answered, durationMs: 300 },
    'tembo_http_requests_total{method="GET",route="/v1/me",status="2xx"} 1',
    'tembo_http_request_duration_seconds_sum{method="GET",route="/v1/me",status="2xx"} 0.3',
  ],
  turnClaimed: [
    { kind: "turnClaimed", harness, waitedMs: 2_000 },
    'tembo_turn_wait_seconds_sum{harness="claudeCode"} 2',
  ],
  turnPhase: [
    { kind: "turnPhase", harness, phase: "provision", durationMs: 700 },
    'tembo_turn_start_phase_seconds_sum{harness="claudeCode",phase="provision"} 0.7',
  ],
  turnStarted: [
    { kind: "turnStarted", harness, durationMs: 1_500 },
    'tembo_turn_first_event_seconds_sum{harness="claudeCode"} 1.5',
  ],
  turnEnded: [
    { kind: "turnEnded", harness, status: "failed", durationMs: 60_000 },
    'tembo_turns_ended_total{status="failed",harness="claudeCode"} 1',
    'tembo_turn_duration_seconds_sum{status="failed",harness="claudeCode"} 60',
  ],
  limitReached: [{ kind: "limitReached", limit: "disk" }, 'tembo_limits_reached_total{limit="disk"} 1'],
  modelAnswered: [
    { ...metered, model: "m", costMicroUsd: 2_500_000 },
    'tembo_model_requests_total{provider="anthropic",model="m"} 1',
    'tembo_model_tokens_total{provider="anthropic",model="m",kind="input"} 1',
    'tembo_model_tokens_total{provider="anthropic",model="m",kind="output"} 2',
    'tembo_model_tokens_total{provider="anthropic",model="m",kind="cachedInput"} 3',
    'tembo_model_tokens_total{provider="anthropic",model="m",kind="cacheWrite"} 4',
    'tembo_model_cost_usd_total{provider="anthropic",model="m"} 2.5',
  ],
  egressDecided: [
    { kind: "egressDecided", decision: "denied" },
    'tembo_egress_decisions_total{decision="denied"} 1',
  ],
  webhookAttempted: [
    { kind: "webhookAttempted", result: "failed", durationMs: 250 },
    'tembo_webhook_attempt_duration_seconds_sum{result="failed"} 0.25',
  ],
  eventRead: [{ kind: "eventRead", lagMs: 4 }, "tembo_event_lag_seconds_sum 0.004"],
};

const linesOf = async ({ registry }: Metrics) => (await registry.metrics()).split("\n");

for (const [kind, [measurement, ...expected]] of Object.entries(examples))
  test(`counts a measurement of the kind ${kind}`, async () => {
    const metrics = createMetrics();
    const before = await linesOf(metrics);
    for (const line of expected) assert.ok(!before.includes(line), `control: ${line}`);
    metrics.measure(measurement);
    const after = await linesOf(metrics);
    for (const line of expected) assert.ok(after.includes(line), line);
  });

test("counts a stream without its duration, and bounds what clients and programs choose", async () => {
  const metrics = createMetrics();
  metrics.measure({ ...answered, method: "SECRET", status: 599, durationMs: null });
  metrics.measure({ ...metered, model: null, costMicroUsd: null });
  metrics.measure({ ...metered, model: "credited", costMicroUsd: -5 });
  const lines = await linesOf(metrics);
  assert.ok(lines.includes('tembo_http_requests_total{method="other",route="/v1/me",status="5xx"} 1'));
  assert.ok(!lines.some((line) => line.startsWith("tembo_http_request_duration_seconds_")));
  assert.ok(lines.includes('tembo_model_requests_total{provider="anthropic",model="other"} 1'));
  assert.deepEqual(
    lines.filter((line) => line.startsWith("tembo_model_cost_usd_total{")),
    ['tembo_model_cost_usd_total{provider="anthropic",model="credited"} 0'],
  );
});

test("counts a duration between the clocks of two machines as zero if it is negative", async () => {
  const metrics = createMetrics();
  for (const waitedMs of [2_000, -500]) metrics.measure({ kind: "turnClaimed", harness, waitedMs });
  const lines = await linesOf(metrics);
  assert.ok(lines.includes('tembo_turn_wait_seconds_sum{harness="claudeCode"} 2'));
  assert.ok(lines.includes('tembo_turn_wait_seconds_count{harness="claudeCode"} 2'));
});

test("shows series with known labels before they increase", async () => {
  const lines = await linesOf(createMetrics());
  for (const limit of ["memory", "disk", "processes", "time"])
    assert.ok(lines.includes(`tembo_limits_reached_total{limit="${limit}"} 0`), limit);
  for (const decision of ["allowed", "denied"])
    assert.ok(lines.includes(`tembo_egress_decisions_total{decision="${decision}"} 0`), decision);
  for (const result of ["succeeded", "failed"])
    assert.ok(lines.includes(`tembo_webhook_attempt_duration_seconds_count{result="${result}"} 0`), result);
});

test("serves the metrics of Node and of the process", async () => {
  const names = createMetrics()
    .registry.getMetricsAsArray()
    .map(({ name }) => name);
  for (const name of [
    "process_resident_memory_bytes",
    "process_cpu_seconds_total",
    "nodejs_eventloop_lag_p99_seconds",
    "nodejs_gc_duration_seconds",
  ])
    assert.ok(names.includes(name), name);
});

const state: InstallationState = {
  turns: [{ state: "waiting", harness, count: 3 }],
  longestWaitMs: 4_000,
  workers: { accepting: 2, draining: 1 },
  turnPlaces: { total: 8, free: 5 },
  turnMemory: { totalBytes: 64, freeBytes: 16 },
  saves: { unsaved: { sessions: 6, oldestMs: 9_000 }, lastSavedAt: new Date(10_000) },
};
const quiet = { info() {}, warn() {}, error() {} };

function reader(change: Partial<MetricsSources> = {}) {
  return createReadMetrics(createMetrics(), {
    installation: async () => state,
    pool: () => ({ total: 7, idle: 4, waiting: 2 }),
    sandboxes: () => ({ working: 1, idle: 2, waiting: 3 }),
    log: quiet,
    ...change,
  });
}

const ofDatabase = [
  'tembo_turns{state="waiting",harness="claudeCode"} 3',
  "tembo_turn_longest_wait_seconds 4",
  'tembo_workers{state="accepting"} 2',
  'tembo_workers{state="draining"} 1',
  "tembo_turn_places 8",
  "tembo_turn_places_free 5",
  "tembo_turn_memory_bytes 64",
  "tembo_turn_memory_free_bytes 16",
];
const ofSaves = [
  "tembo_unsaved_sessions 6",
  "tembo_unsaved_oldest_age_seconds 9",
  "tembo_machine_last_save_timestamp_seconds 10",
];
const ofProcess = [
  'tembo_sandboxes{state="working"} 1',
  'tembo_sandboxes{state="idle"} 2',
  'tembo_sandboxes{state="waiting"} 3',
  'tembo_database_connections{state="used"} 3',
  'tembo_database_connections{state="idle"} 4',
  "tembo_database_waiting 2",
];

const ofState = [...ofDatabase, ...ofSaves, ...ofProcess, "tembo_database_up 1"];

test("reads the state at each scrape", async () => {
  const before = await linesOf(createMetrics());
  const lines = (await reader()()).split("\n");
  for (const line of ofState) {
    assert.ok(!before.includes(line), `control: ${line}`);
    assert.ok(lines.includes(line), line);
  }
});

test("a measurement or the state above changes every metric of the product", () => {
  const samples = [...Object.values(examples).flatMap(([, ...expected]) => expected), ...ofState];
  const changed = new Set(samples.map((line) => /^\w+/.exec(line)![0].replace(/_sum$/, "")));
  const missing = ({ registry }: Metrics) =>
    registry
      .getMetricsAsArray()
      .map(({ name }) => name)
      .filter((name) => name.startsWith("tembo_") && !changed.has(name));
  const metrics = createMetrics();
  assert.deepEqual(missing(metrics), []);
  new Gauge({ name: "tembo_new", help: "New.", registers: [metrics.registry] });
  assert.deepEqual(missing(metrics), ["tembo_new"], "control");
});

test("leaves out what it does not know: saves without a shared store, and sandboxes without a worker", async () => {
  const lines = (
    await reader({ installation: async () => ({ ...state, saves: null }), sandboxes: () => null })()
  ).split("\n");
  const names = [...ofSaves.map((line) => line.split(" ")[0]!), "tembo_sandboxes{"];
  for (const name of names) assert.ok(!lines.some((line) => line.startsWith(name)), name);
  for (const line of ofDatabase) assert.ok(lines.includes(line), line);
});

test("serves the other metrics while the database is away, and removes the state that it no longer knows", async () => {
  let installation: MetricsSources["installation"] = async () => state;
  const read = reader({ installation: () => installation() });
  await read();
  installation = async () => {
    throw new Error("away");
  };
  const lines = (await read()).split("\n");
  assert.ok(lines.includes("tembo_database_up 0"));
  for (const line of ofProcess) assert.ok(lines.includes(line), line);
  for (const line of [...ofDatabase, ...ofSaves]) assert.ok(!lines.includes(line), line);
  installation = async () => state;
  assert.ok((await read()).includes("tembo_database_up 1"), "control: the database is back");
});

test("shares one read of a slow database among all scrapes", async () => {
  const { promise, resolve } = Promise.withResolvers<InstallationState>();
  let reads = 0;
  const read = reader({
    timeoutMs: 1,
    installation: () => {
      reads += 1;
      return promise;
    },
  });
  const texts = [...(await Promise.all([read(), read()])), await read()];
  for (const text of texts) assert.match(text, /^tembo_database_up 0$/m);
  assert.equal(reads, 1);
  resolve(state);
  await promise;
  await read();
  assert.equal(reads, 1, "the read that was late ends with its last scrape");
  await read();
  assert.equal(reads, 2, "control: a later scrape reads again");
});
