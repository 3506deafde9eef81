import { AppError, newSpanId, parseTraceparent, type SpanContext } from "../../base/index.ts";
import type { Message } from "../../sessions/index.ts";
import { TurnInterrupt } from "./interrupt.ts";
import type { TurnContext } from "./turn-context.ts";

type Attributes = Readonly<Record<string, string | number>>;

/** Span that has begun. */
interface BegunSpan {
  /** Context for the work of the span, which adds its spans below. */
  readonly context: TurnContext;
  end(errorCode: string | null, attributes?: Attributes): void;
}

/**
 * Returns the place of a turn's span. All attempts and processes compute the same one. The trace is that of the API request
 * that sent the turn's message. For a turn without such a request, it is the turn's ID.
 */
export function turnSpan(
  turnId: string,
  { request }: Pick<Message, "request">,
): SpanContext & { readonly parentSpanId: string | null } {
  const hex = turnId.replaceAll("-", "");
  const parent = request?.traceparent == null ? null : parseTraceparent(request.traceparent);
  // The second half of a UUIDv7 is random.
  return { traceId: parent?.traceId ?? hex, spanId: hex.slice(16), parentSpanId: parent?.spanId ?? null };
}

/** Begins a span below that of the context. */
export function beginSpan(
  context: TurnContext,
  name: string,
  startedAt = context.ports.clock.now(),
): BegunSpan {
  const { ports, lease, span: parent } = context;
  const span = { traceId: parent.traceId, spanId: newSpanId() };
  return {
    context: { ...context, span },
    end: (errorCode, attributes = {}) =>
      ports.trace({
        ...span,
        ...{ parentSpanId: parent.spanId, name, kind: "internal", startedAt, endedAt: ports.clock.now() },
        errorCode,
        attributes: { "tembo.attempt": lease.attempt, ...attributes },
      }),
  };
}

/** Traces a part of the context's span that ends now. */
export function tracePart(context: TurnContext, name: string, startedAt: Date): void {
  beginSpan(context, name, startedAt).end(null);
}

/** Returns the error code of a span whose work threw. */
export function spanErrorCode(cause: unknown): string {
  if (cause instanceof TurnInterrupt) return cause.kind;
  return cause instanceof AppError ? cause.code : "internal";
}
