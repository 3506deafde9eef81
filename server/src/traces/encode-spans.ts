import type { Span } from "../core/base/index.ts";

/** Process that has recorded the spans. */
export interface TracedProcess {
  readonly version: string;
  readonly workerId: string;
}

/**
 * Returns the body of a request in the JSON encoding of OTLP 1.x (opentelemetry-proto, `ExportTraceServiceRequest`).
 */
export function encodeSpans(spans: readonly Span[], { version, workerId }: TracedProcess): string {
  const resource = { "service.name": "tembo", "service.version": version, "service.instance.id": workerId };
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: "tembo" }, spans: spans.map(encode) }],
      },
    ],
  });
}

const kinds = { internal: 1, server: 2 } as const;
const errorStatus = 2;

function encode({ traceId, spanId, parentSpanId, name, kind, startedAt, endedAt, ...span }: Span) {
  const { errorCode, attributes } = span;
  return {
    ...{ traceId, spanId },
    ...(parentSpanId !== null && { parentSpanId }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: nanosOf(startedAt),
    // The clock of the machine that created the turn may be ahead.
    endTimeUnixNano: nanosOf(endedAt < startedAt ? startedAt : endedAt),
    attributes: attributesOf({ ...attributes, ...(errorCode !== null && { "error.type": errorCode }) }),
    ...(errorCode !== null && { status: { code: errorStatus, message: errorCode } }),
  };
}

const nanosOf = (at: Date) => `${at.getTime()}000000`;

const attributesOf = (attributes: Span["attributes"]) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "string" ? { stringValue: value } : { intValue: String(Math.round(value)) },
  }));
