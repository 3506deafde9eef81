import type { TurnSpan } from "../core/base/index.ts";

/** Process that has recorded the spans. */
export interface TracedProcess {
  readonly version: string;
  readonly workerId: string;
}

/** Span with its ID, which is stored so that a repeated request has the same ID. */
export interface IdentifiedSpan extends TurnSpan {
  readonly spanId: string;
}

/**
 * Returns the body of a request in the JSON encoding of OTLP 1.x (opentelemetry-proto, `ExportTraceServiceRequest`). The ID
 * of a turn is the ID of its trace, so that all processes add their spans to the same trace.
 */
export function encodeSpans(spans: readonly IdentifiedSpan[], { version, workerId }: TracedProcess): string {
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

const internalKind = 1;
const errorStatus = 2;

function encode({ turnId, spanId, part, startedAt, endedAt, errorCode, attributes }: IdentifiedSpan) {
  const root = rootSpanId(turnId);
  return {
    traceId: hexOf(turnId),
    ...(part === null ? { spanId: root } : { spanId, parentSpanId: root }),
    name: part ?? "turn",
    kind: internalKind,
    startTimeUnixNano: nanosOf(startedAt),
    // The clock of the machine that created the turn may be ahead.
    endTimeUnixNano: nanosOf(endedAt < startedAt ? startedAt : endedAt),
    attributes: attributesOf(attributes),
    ...(errorCode !== null && { status: { code: errorStatus, message: errorCode } }),
  };
}

const hexOf = (id: string) => id.replaceAll("-", "");
/** The second half of a UUIDv7 is random. */
const rootSpanId = (turnId: string) => hexOf(turnId).slice(16);
const nanosOf = (at: Date) => `${at.getTime()}000000`;

const attributesOf = (attributes: TurnSpan["attributes"]) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "string" ? { stringValue: value } : { intValue: String(Math.round(value)) },
  }));
