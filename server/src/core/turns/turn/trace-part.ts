import { AppError, newSpanId, parseTraceparent, type Span, type SpanContext } from "../../base/index.ts";
import type { Message } from "../../sessions/index.ts";
import { TurnInterrupt } from "./interrupt.ts";
import type { TurnContext } from "./turn-context.ts";

type Attributes = Span["attributes"];

interface TracedPart<T> {
  readonly name: string;
  /** Attributes that the span has even if the work throws. */
  readonly attributes?: Attributes;
  /** Returns the error code of the result, or null, and more attributes. By default, each result is a success. */
  readonly describe?: (result: T) => { readonly errorCode?: string | null; readonly attributes?: Attributes };
}

/**
 * Returns the IDs of a turn's span. All attempts and processes compute the same ones. The trace is that of the API request
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

/** Performs work in a span below that of the context. The work receives the context for spans below its own. */
export async function traced<T>(
  context: TurnContext,
  { name, attributes = {}, describe = () => ({}) }: TracedPart<T>,
  work: (traced: TurnContext) => Promise<T>,
): Promise<T> {
  const startedAt = context.ports.clock.now();
  const span = { traceId: context.span.traceId, spanId: newSpanId() };
  const end = (errorCode: string | null, more: Attributes = {}) =>
    send(context, span, { name, startedAt, errorCode, attributes: { ...attributes, ...more } });
  try {
    const result = await work({ ...context, span });
    const described = describe(result);
    end(described.errorCode ?? null, described.attributes);
    return result;
  } catch (cause) {
    end(errorCodeOf(cause));
    throw cause;
  }
}

/** Traces a part of the context's span that ends now. */
export function tracePart(context: TurnContext, name: string, startedAt: Date): void {
  const span = { traceId: context.span.traceId, spanId: newSpanId() };
  send(context, span, { name, startedAt, errorCode: null, attributes: {} });
}

/** Sends a span below that of the context, which ends now. */
function send(
  { ports, lease, span: parent }: TurnContext,
  span: SpanContext,
  { attributes, ...part }: Pick<Span, "name" | "startedAt" | "errorCode" | "attributes">,
): void {
  ports.trace({
    ...{ ...span, parentSpanId: parent.spanId, ...part, kind: "internal", endedAt: ports.clock.now() },
    attributes: { "tembo.attempt": lease.attempt, ...attributes },
  });
}

/** Returns the error code of a span whose work threw. */
function errorCodeOf(cause: unknown): string {
  if (cause instanceof TurnInterrupt) return cause.kind;
  return cause instanceof AppError ? cause.code : "internal";
}
