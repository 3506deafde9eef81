import { randomBytes } from "node:crypto";

/** IDs of a span, below which work adds its own spans. */
export interface SpanContext {
  /** 32 lowercase hexadecimal digits. */
  readonly traceId: string;
  /** 16 lowercase hexadecimal digits. */
  readonly spanId: string;
}

/** Timed part of a trace, in the terms of OpenTelemetry. */
export interface Span extends SpanContext {
  /** ID of the span above, or null for the first span of a trace. */
  readonly parentSpanId: string | null;
  readonly name: string;
  /** `server` for the request of a client, and `internal` for all other work. */
  readonly kind: "server" | "internal";
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Error code, or null if the work has not failed. */
  readonly errorCode: string | null;
  /** IDs, names and numbers. Contains no text written by people or programs. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** Receives the spans of this process. Must neither throw nor wait. */
export type Trace = (span: Span) => void;

/** Used if the operator collects no traces. */
export const ignoreSpans: Trace = () => {};

export const newSpanId = (): string => randomBytes(8).toString("hex");
export const newTraceId = (): string => randomBytes(16).toString("hex");

/** Formats the IDs of a recorded span as the header `traceparent`. */
export const formatTraceparent = ({ traceId, spanId }: SpanContext): string => `00-${traceId}-${spanId}-01`;

const format = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const zeros = /^0+$/;

/**
 * Returns the IDs of the span in a header `traceparent` (W3C Trace Context, level 1), or null if the header is malformed or
 * the span is not recorded.
 */
export function parseTraceparent(header: string): SpanContext | null {
  const [, version, traceId = "", spanId = "", flags = "", more] = format.exec(header) ?? [];
  if (version === undefined || version === "ff" || (version === "00" && more !== undefined)) return null;
  if (zeros.test(traceId) || zeros.test(spanId)) return null;
  const isRecorded = (Number.parseInt(flags, 16) & 1) === 1;
  return isRecorded ? { traceId, spanId } : null;
}
