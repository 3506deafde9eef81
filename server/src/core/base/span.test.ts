import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTraceparent, newSpanId, newTraceId, parseTraceparent } from "./span.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";

test("parses the traceparent of a recorded trace, also of a later version", () => {
  for (const header of [
    `00-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-03`,
    `01-${traceId}-${spanId}-01`,
    `cc-${traceId}-${spanId}-01-what-the-future-adds`,
  ])
    assert.deepEqual(parseTraceparent(header), { traceId, spanId }, header);
});

test("ignores a malformed traceparent, and one whose trace is not recorded", () => {
  for (const header of [
    "",
    traceId,
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-00`,
    `00-${traceId}-${spanId}-02`,
    `00-${traceId}-${spanId}-01-more`,
    `01-${traceId}-${spanId}-01x`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${"0".repeat(32)}-${spanId}-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
    ` 00-${traceId}-${spanId}-01`,
  ])
    assert.equal(parseTraceparent(header), null, header);
});

test("formats what it parses", () => {
  const place = { traceId: newTraceId(), spanId: newSpanId() };
  const header = formatTraceparent(place);
  assert.equal(header.length, 55);
  assert.deepEqual(parseTraceparent(header), place);
});
