import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  type Clock,
  formatTraceparent,
  newSpanId,
  newTraceId,
  parseTraceparent,
  type Span,
  type Trace,
} from "../../core/base/index.ts";
import { routeOf } from "./measure-requests.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Span of the request, or null if the server records no traces. */
    span: RequestSpan | null;
  }
}

interface RequestSpan extends Pick<Span, "traceId" | "spanId" | "parentSpanId" | "startedAt"> {
  /** The span itself, for messages of the request. */
  readonly traceparent: string;
  /** True if the span is sent, because the request sends a message. */
  isWanted: boolean;
}

/**
 * Traces the requests that send messages, also those that are rejected. A request continues the trace that its header
 * `traceparent` names, or begins one. Add it before the routes.
 */
export function traceRequests(
  app: FastifyInstance,
  { trace, clock }: { readonly trace: Trace; readonly clock: Clock },
  prefixes: readonly string[],
): void {
  app.addHook("onRequest", async (request, reply) => {
    const span = spanOf(request, clock.now());
    request.span = span;
    reply.raw.once("close", () => {
      if (!span.isWanted) return;
      const { traceId, spanId, parentSpanId, startedAt } = span;
      const status = reply.raw.headersSent ? reply.raw.statusCode : null;
      const route = routeOf(request, prefixes);
      trace({
        ...{ traceId, spanId, parentSpanId, startedAt, endedAt: clock.now() },
        ...{ name: `${request.method} ${route}`, kind: "server" },
        errorCode: status !== null && status >= 500 ? String(status) : null,
        attributes: {
          "http.request.method": request.method,
          "http.route": route,
          ...(status !== null && { "http.response.status_code": status }),
          "user.id": request.caller.userId,
          "tembo.organization.id": request.caller.organizationId,
          "tembo.key.id": request.caller.apiKeyId,
          "tembo.request.id": request.id,
        },
      });
    });
  });
}

function spanOf({ headers }: FastifyRequest, startedAt: Date): RequestSpan {
  const { traceparent } = headers;
  const parent = typeof traceparent === "string" ? parseTraceparent(traceparent) : null;
  const place = { traceId: parent?.traceId ?? newTraceId(), spanId: newSpanId() };
  return {
    ...place,
    parentSpanId: parent?.spanId ?? null,
    startedAt,
    traceparent: formatTraceparent(place),
    isWanted: false,
  };
}
