import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { newSpanId, newTraceId, type Span } from "../core/base/index.ts";
import { testOutbound } from "../outbound/testing/test-outbound.ts";
import { createTraces, type TracesOptions } from "./create-traces.ts";

const at = (ms: number) => new Date(Date.UTC(2026, 0, 2) + ms);
const span = (change: Partial<Span> = {}): Span => ({
  ...{ traceId: newTraceId(), spanId: newSpanId(), parentSpanId: newSpanId(), kind: "internal" },
  ...{ name: "provision", startedAt: at(0), endedAt: at(1_500), errorCode: null, attributes: {} },
  ...change,
});

interface Body {
  readonly resourceSpans: readonly [
    {
      readonly resource: { readonly attributes: readonly object[] };
      readonly scopeSpans: readonly [{ readonly spans: readonly Record<string, unknown>[] }];
    },
  ];
}

/** Starts a collector that responds with these statuses, and then with 200. It does not respond if a status is null. */
async function collect(
  t: TestContext,
  statuses: readonly (number | null)[] = [],
  { closeLimitMs }: Pick<TracesOptions, "closeLimitMs"> = {},
) {
  const left = [...statuses];
  const received = Promise.withResolvers<void>();
  const bodies: Body[] = [];
  const seen: (string | undefined)[] = [];
  const collector = createServer(async (request, response) => {
    bodies.push((await json(request)) as Body);
    seen.push(`${request.method} ${request.url} ${request.headers["content-type"]}`);
    received.resolve();
    const status = left.length > 0 ? left.shift()! : 200;
    if (status !== null) response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  const warnings: string[] = [];
  const traces = createTraces({
    url: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    traced: { version: "1.2.3", workerId: "w" },
    outbound: testOutbound({ privateHosts: [] }),
    ...(closeLimitMs !== undefined && { closeLimitMs }),
    log: { info() {}, error() {}, warn: (_: object, message: string) => void warnings.push(message) },
  });
  t.after(async () => {
    await traces.close();
    collector.close();
    collector.closeAllConnections();
  });
  const spansOf = () => bodies.map((body) => body.resourceSpans[0].scopeSpans[0].spans);
  return { traces, bodies, seen, warnings, spansOf, collector, received: received.promise };
}

test("sends the spans of a trace in the JSON encoding of OTLP", async (t) => {
  const { traces, bodies, seen, spansOf } = await collect(t);
  const traceId = "0190a0b0111172228333444455556666";
  const [first, second] = ["8333444455556666", "00f067aa0ba902b7"];
  traces.trace(
    span({ traceId, spanId: second, parentSpanId: first, attributes: { n: 1, "session.id": "s" } }),
  );
  traces.trace(
    span({
      ...{ traceId, spanId: first, parentSpanId: null, name: "turn", kind: "server" },
      errorCode: "turn_limit",
    }),
  );
  await traces.flush();
  assert.deepEqual(seen, ["POST /v1/traces application/json"]);
  assert.deepEqual(bodies[0]!.resourceSpans[0].resource.attributes, [
    { key: "service.name", value: { stringValue: "tembo" } },
    { key: "service.version", value: { stringValue: "1.2.3" } },
    { key: "service.instance.id", value: { stringValue: "w" } },
  ]);
  const common = {
    traceId,
    ...{ startTimeUnixNano: "1767312000000000000", endTimeUnixNano: "1767312001500000000" },
  };
  assert.deepEqual(spansOf(), [
    [
      {
        ...common,
        ...{ name: "provision", spanId: second, parentSpanId: first, kind: 1 },
        attributes: [
          { key: "n", value: { intValue: "1" } },
          { key: "session.id", value: { stringValue: "s" } },
        ],
      },
      {
        ...common,
        ...{ name: "turn", spanId: first, kind: 2 },
        attributes: [{ key: "error.type", value: { stringValue: "turn_limit" } }],
        status: { code: 2, message: "turn_limit" },
      },
    ],
  ]);
});

test("never ends a span before its start, because clocks of machines may differ", async (t) => {
  const { traces, spansOf } = await collect(t);
  traces.trace(span({ name: "wait", startedAt: at(500), endedAt: at(0) }));
  await traces.flush();
  const [[wait] = []] = spansOf();
  assert.equal(wait!.startTimeUnixNano, "1767312000500000000");
  assert.equal(wait!.endTimeUnixNano, wait!.startTimeUnixNano);
});

test("repeats a request with the same IDs while the collector is overloaded", async (t) => {
  const { traces, spansOf, warnings } = await collect(t, [503, 429]);
  traces.trace(span());
  for (let n = 0; n < 4; n += 1) await traces.flush();
  const [first, second, third, ...more] = spansOf();
  assert.deepEqual([second, third, more], [first, first, []]);
  assert.deepEqual(warnings, ["spans of turns could not be sent"]);
});

test("drops spans that the collector rejects, and continues", async (t) => {
  const { traces, spansOf, warnings } = await collect(t, [400]);
  traces.trace(span());
  await traces.flush();
  traces.trace(span({ name: "later" }));
  await traces.flush();
  assert.deepEqual(
    spansOf().map((spans) => spans.map(({ name }) => name)),
    [["provision"], ["later"]],
  );
  assert.deepEqual(warnings, ["the collector rejected spans of turns"]);
});

test("keeps the newest spans while the collector is away, and sends them in requests of a bounded size", async (t) => {
  const { traces, spansOf, warnings } = await collect(t);
  for (let n = 0; n < 4_100; n += 1) traces.trace(span({ name: String(n) }));
  assert.deepEqual(warnings, [
    "the oldest spans of turns were dropped, because the collector does not respond",
  ]);
  await traces.close();
  const requests = spansOf();
  assert.ok(requests.every((spans) => spans.length <= 512));
  const names = requests.flat().map(({ name }) => name);
  assert.deepEqual([names.length, names[0], names.at(-1)], [4_096, "4", "4099"]);
});

test("ends with the process although the collector does not respond", async (t) => {
  const { traces, collector, warnings } = await collect(t);
  collector.close();
  traces.trace(span());
  await traces.close();
  assert.deepEqual(warnings, ["spans of turns could not be sent"]);
});

test("aborts all requests if the collector does not respond until the limit of the close", async (t) => {
  const { traces, bodies, received, warnings } = await collect(t, [null, null], { closeLimitMs: 1 });
  traces.trace(span());
  const flushed = traces.flush();
  await received;
  await traces.close();
  await flushed;
  assert.equal(bodies.length, 1, "the close sends no second request");
  assert.deepEqual(warnings, ["spans of turns could not be sent"]);
});
