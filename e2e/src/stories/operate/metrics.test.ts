import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { createMetrics } from "../../../../server/src/metrics/create-metrics.ts";
import { freePort } from "../../../../server/src/testing/free-port.ts";
import { eventually } from "../../support/api-edge.ts";
import {
  endings,
  startLoopbackHosts,
  startWorld,
  temporaryDataDir,
  type World,
  withApart,
} from "../../support/index.ts";
import { type Samples, scrape, sumOf } from "../../support/metrics.ts";

const read = (path: string) => readFileSync(join(import.meta.dirname, "../../../..", path), "utf8");

let world: World;
let address: string;
/** Host that receives webhooks, and that sandboxes may reach. */
let place: string;
const cleanup = new AsyncDisposableStack();

interface TraceRequest {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly {
    readonly key: string;
    readonly value: { readonly stringValue?: string };
  }[];
}
/** Requests that the collector of traces has received. */
const requests: TraceRequest[] = [];

before(async () => {
  const blobs = await temporaryDataDir();
  cleanup.defer(() => blobs.remove());
  const hosts = await startLoopbackHosts(async (request, response) => {
    if (request.url === "/v1/traces") requests.push((await json(request)) as TraceRequest);
    else request.resume();
    response.writeHead(200).end();
  });
  cleanup.defer(() => hosts.close());
  place = hosts.places[0]!;
  address = `127.0.0.1:${await freePort()}`;
  world = await startWorld({
    env: {
      TEMBO_METRICS: address,
      TEMBO_BLOBS: `file://${blobs.path}`,
      TEMBO_PRIVATE_HOSTS: place,
      TEMBO_TRACES_URL: `http://${hosts.places[1]}`,
      TEMBO_KEEP_ALIVE_MINUTES: "5",
    },
  });
  cleanup.defer(() => world.close());
});
after(() => cleanup.disposeAsync());

const harness = "claudeCode";
const model = { provider: "anthropic", model: "claude-opus-4-5" };
type Change = readonly [name: string, labels: Readonly<Record<string, string>>];

/** Samples that a session increases. */
const counted: readonly Change[] = [
  ["tembo_http_requests_total", { method: "POST", route: "/session/create", status: "2xx" }],
  ["tembo_http_request_duration_seconds_count", { method: "POST", route: "/session/create", status: "2xx" }],
  ["tembo_event_lag_seconds_count", {}],
  ["tembo_turn_wait_seconds_count", { harness }],
  ...["provision", "sandbox", "harness", "prompt"].map(
    (phase): Change => ["tembo_turn_start_phase_seconds_count", { harness, phase }],
  ),
  ["tembo_turn_first_event_seconds_count", { harness }],
  ["tembo_turns_ended_total", { harness, status: "completed" }],
  ["tembo_turn_duration_seconds_count", { harness, status: "completed" }],
  ["tembo_egress_decisions_total", { decision: "allowed" }],
  ["tembo_egress_decisions_total", { decision: "denied" }],
  ["tembo_model_requests_total", model],
  ["tembo_model_tokens_total", { ...model, kind: "input" }],
  ["tembo_model_tokens_total", { ...model, kind: "output" }],
  ["tembo_model_cost_usd_total", model],
  ["tembo_webhook_attempt_duration_seconds_count", { result: "succeeded" }],
];

/** Samples that are 1 while a session's turn runs, and their values before and after it. */
const current: readonly (readonly [...Change, before: number, during: number, after: number])[] = [
  ["tembo_turns", { state: "running", harness }, 0, 1, 0],
  ["tembo_sandboxes", { state: "working" }, 0, 1, 0],
  ["tembo_sandboxes", { state: "idle" }, 0, 0, 1],
  ["tembo_unsaved_sessions", {}, 0, 1, 0],
];

/** State of the installation while a turn waits for a worker, and after a worker with three turn places has ended it. */
const ofInstallation: readonly (readonly [...Change, waiting: number, ended: number])[] = [
  ["tembo_turns", { state: "waiting", harness }, 1, 0],
  ["tembo_workers", { state: "accepting" }, 0, 1],
  ["tembo_turn_places", {}, 0, 3],
  ["tembo_turn_places_free", {}, 0, 3],
  ["tembo_database_up", {}, 1, 1],
];

/** Further metrics that the stories below check. */
const further = [
  "tembo_unsaved_oldest_age_seconds",
  "tembo_machine_last_save_timestamp_seconds",
  "tembo_turn_longest_wait_seconds",
  "tembo_turn_memory_bytes",
  "tembo_turn_memory_free_bytes",
  "tembo_limits_reached_total",
  "tembo_database_connections",
];

/** Metrics that a session does not change in a way that a story can predict, with the tests that change them. */
const elsewhere: Readonly<Record<string, string>> = {
  tembo_database_waiting: "server/src/start-metrics.test.ts",
};

test("a session changes every metric that describes sessions", { timeout: 240_000 }, async () => {
  const organizationId = (await world.client.me.retrieve()).orgId!;
  await world.client.organizations.egress.update(organizationId, { preset: "custom", allow: [place] });
  await world.client.webhooks.create({ url: `http://${place}/`, events: ["session.completed"] });
  const repository = await world.repository("metrics/app", { "a.txt": "1\n" });
  const earlier = await scrape(address);
  const hold = world.model.hold(({ replyIndex }) => replyIndex === 1);
  const session = await world.client.session.create({
    prompt: `Work. SCRIPT(bash("curl -s http://${place}/; curl -s http://denied.example/"), write("b.txt", "2\\n"), say("Done."))`,
    agent: "claudeCode:claude-opus-4-5",
    repositories: [repository.url],
  });
  const ending = world.ended(session.id);
  await hold.arrived;
  const during = await scrape(address);
  hold.release();
  assert.equal(endings(await ending)[0]?.eventType, "turn.completed");
  const isDelivered = async () =>
    sumOf(await scrape(address), "tembo_webhook_attempt_duration_seconds_count") > 0 &&
    sumOf(await scrape(address), "tembo_sandboxes", { state: "working" }) === 0;
  await eventually(isDelivered);
  const later = await scrape(address);

  for (const [name, labels] of counted) {
    const what = `${name} ${JSON.stringify(labels)}`;
    assert.ok(sumOf(later, name, labels) > sumOf(earlier, name, labels), what);
    assert.equal(
      sumOf(earlier, name, labels) > 0 && !name.startsWith("tembo_http"),
      false,
      `control: no session has changed ${what}`,
    );
  }
  for (const [name, labels, ...values] of current)
    assert.deepEqual(
      [earlier, during, later].map((samples) => sumOf(samples, name, labels)),
      values,
      `${name} ${JSON.stringify(labels)}`,
    );
  const usedMemory = [earlier, during, later].map(
    (samples) => sumOf(samples, "tembo_turn_memory_bytes") - sumOf(samples, "tembo_turn_memory_free_bytes"),
  );
  assert.ok(usedMemory[1]! > 0);
  assert.deepEqual([usedMemory[0], usedMemory[2]], [0, 0]);
  assert.ok(sumOf(during, "tembo_unsaved_oldest_age_seconds") > 0);
  assert.equal(sumOf(later, "tembo_unsaved_oldest_age_seconds"), 0);
  assert.ok(!earlier.has("tembo_machine_last_save_timestamp_seconds"));
  assert.ok(sumOf(later, "tembo_machine_last_save_timestamp_seconds") > 0);
  assertNoIds(later, [session.id, repository.id, organizationId, "denied.example", place]);
});

test("the stories or a test in the list of exceptions name every metric of the product", () => {
  const named = new Set([
    ...[...counted, ...current, ...ofInstallation].map(([name]) => name.replace(/_count$/, "")),
    ...[...further, ...Object.keys(elsewhere)],
  ]);
  const all = createMetrics()
    .registry.getMetricsAsArray()
    .map(({ name }) => name);
  assert.deepEqual(all.filter((name) => name.startsWith("tembo_")).sort(), [...named].sort());
  for (const [name, file] of Object.entries(elsewhere)) assert.ok(read(file).includes(name), name);
});

test("the port of the API does not serve metrics", async () => {
  const response = await fetch(`${world.url}/metrics`);
  assert.doesNotMatch(await response.text(), /tembo_turns/);
  assert.match([...(await scrape(address)).keys()].join("\n"), /tembo_turns/, "control");
});

test("a worker without the API and a server serve the same state, from a turn that waits to its time limit", async () => {
  const [server, worker] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const token = "a-token-for-the-metrics-of-a-server";
  const scrapeServer = () => scrape(server, { authorization: `Bearer ${token}` });
  await withApart({ TEMBO_TURN_LIMIT_MINUTES: "0.05" }, async (apart) => {
    await apart.server({ TEMBO_METRICS: server, TEMBO_METRICS_TOKEN: token, PORT: String(await freePort()) });
    const refused = await fetch(`http://${server}/metrics`);
    assert.equal(refused.status, 401);
    await refused.body?.cancel();
    // The model never responds to the turn's request.
    apart.model.hold();
    const { id } = await apart.client.session.create({ prompt: "Wait.", agent: "claudeCode" });
    await eventually(async () => sumOf(await scrapeServer(), "tembo_turn_longest_wait_seconds") > 0);
    const waiting = await scrapeServer();
    await apart.worker({ TEMBO_METRICS: worker, TEMBO_WORKER_CONCURRENCY: "3" });
    const events = await apart.until(id, (event) => endings([event]).length > 0);
    assert.match(JSON.stringify(events.at(-1)), /"turn_limit"/);
    // The turn's place is free after its end.
    await eventually(async () => sumOf(await scrapeServer(), "tembo_turn_places_free") === 3);
    const [served, worked] = [await scrapeServer(), await scrape(worker)];
    for (const samples of [served, worked]) {
      for (const [name, labels, ...values] of ofInstallation)
        assert.deepEqual(
          [waiting, samples].map((each) => sumOf(each, name, labels)),
          values,
          `${name} ${JSON.stringify(labels)}`,
        );
      assert.equal(sumOf(samples, "tembo_turn_longest_wait_seconds"), 0);
      assert.ok(sumOf(samples, "tembo_database_connections") > 0);
    }
    assert.equal(sumOf(worked, "tembo_limits_reached_total", { limit: "time" }), 1);
    assert.equal(sumOf(served, "tembo_limits_reached_total"), 0, "control: the server runs no turn");
    assert.ok(worked.has('tembo_sandboxes{state="working"}'));
    assert.ok(!served.has('tembo_sandboxes{state="working"}'));
  });
});

test("a collector receives one trace from the request to the pull request, with the spans that the guide shows", async () => {
  const spansSoFar = () =>
    requests
      .flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans))
      .flatMap(({ spans }) => spans);
  await eventually(async () => spansSoFar().some(({ name }) => name === "turn"));
  const spans = spansSoFar();
  const named = (name: string) => spans.find((span) => span.name === name)!;
  const root = named("POST /session/create");
  assert.equal(root.parentSpanId, undefined);
  assert.deepEqual(new Set(spans.map(({ traceId }) => traceId)), new Set([root.traceId]));
  const trace = renderTrace(root, spans);
  assert.equal(trace.split("\n").length, 1 + spans.length, "each span is below the request");
  const guide = read("docs/guides/monitoring.md");
  const shown = /^```text\n(span .*?)\n```$/ms.exec(guide)?.[1] ?? "";
  assert.deepEqual(
    spanNames(shown),
    spanNames(trace),
    `Replace the trace in docs/guides/monitoring.md:\n${trace}`,
  );
  assert.notDeepEqual(spanNames(shown.replace(/^ *reply.*$/m, "")), spanNames(trace), "control");

  const [turn, published] = [named("turn"), named("publish.repository")];
  const { items } = await world.client.pullRequests.list();
  const { number, url } = items[0]!;
  assert.equal(attributeOf(published, "vcs.change.id"), String(number));
  assert.equal(attributeOf(published, "tembo.pull_request.url"), url);
  const { userId } = await world.client.me.retrieve();
  assert.deepEqual(
    [root, turn].map((span) => attributeOf(span, "user.id")),
    [userId, userId],
  );
  const requestId = attributeOf(root, "tembo.request.id");
  assert.equal(attributeOf(turn, "tembo.request.id"), requestId);
  for (const msg of ["a session was created", "a turn started", "a turn ended"]) {
    const line = logLines().find((one) => one.msg === msg)!;
    assert.deepEqual(
      [line.requestId, line.traceId, line.sentByUserId, line.source],
      [requestId, root.traceId, userId, "api"],
      msg,
    );
  }
});

/** Lines of the server's log that are JSON. */
const logLines = () =>
  world.tembo
    .log()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const attributeOf = ({ attributes }: Span, key: string): string | undefined =>
  attributes.find((attribute) => attribute.key === key)?.value.stringValue;

/** Returns a table with the start of each span after that of the root, and its duration. Indents a span below another. */
function renderTrace(root: Span, spans: readonly Span[]): string {
  const inMs = (nanoseconds: string) => Number(BigInt(nanoseconds) / 1_000_000n);
  const startOf = (span: Span) => inMs(span.startTimeUnixNano);
  const toRow = (name: string, start: string, duration: string) =>
    `${name.padEnd(24)}${start.padStart(10)}${duration.padStart(10)}`;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(3)} s`;
  const toRows = (span: Span, depth: number): string[] => [
    toRow(
      `${"  ".repeat(depth)}${span.name}`,
      seconds(startOf(span) - startOf(root)),
      seconds(inMs(span.endTimeUnixNano) - startOf(span)),
    ),
    ...spans
      .filter(({ parentSpanId }) => parentSpanId === span.spanId)
      .toSorted((one, other) => startOf(one) - startOf(other))
      .flatMap((below) => toRows(below, depth + 1)),
  ];
  return [toRow("span", "start", "duration"), ...toRows(root, 0)].join("\n");
}

/** Returns the names in the rows of a rendered trace, with their indentation. */
const spanNames = (table: string) =>
  new Set([...table.matchAll(/^( *\S.*?)(?: +[\d.]+ s){2}$/gm)].map(([, name]) => name));

/** Labels must have few values, and must not show what people do. */
function assertNoIds(samples: Samples, texts: readonly string[]): void {
  const all = [...samples.keys()].join("\n");
  for (const text of texts) assert.ok(!all.includes(text), text);
  assert.doesNotMatch(all, /[0-9a-f]{8}-[0-9a-f]{4}/);
}
