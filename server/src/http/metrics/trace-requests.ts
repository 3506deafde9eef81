import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import {
  type Clock,
  formatTraceparent,
  newSpanId,
  newTraceId,
  parseTraceparent,
  type Span,
  type SpanContext,
  type Trace,
} from "../../core/base/index.ts";
import type { Caller } from "../admission/authenticate.ts";
import { outerRequest } from "../request-id.ts";
import { routeOf } from "./measure-requests.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** True if the requests of the route have spans. */
    readonly isTraced?: boolean;
  }
  interface FastifyRequest {
    /** Span of the request, or null if the request has none. */
    span: RequestSpan | null;
    /** Span from the request's header `traceparent`, or null if the server ignores the header or records no traces. */
    clientSpan: SpanContext | null;
  }
}

interface RequestSpan extends Pick<Span, "traceId" | "spanId" | "parentSpanId" | "startedAt"> {
  /** IDs of this span as the header `traceparent`. */
  readonly traceparent: string;
}

interface Tracing {
  readonly trace: Trace;
  readonly clock: Clock;
  /** Returns true if a proxy or another process of this installation sent the request. */
  readonly isTrusted: (request: IncomingMessage) => boolean;
}

/**
 * Traces the authenticated requests of the routes with `isTraced`, also those that the server rejects. A request continues the
 * trace in its header `traceparent` if its sender is trusted, and begins a trace otherwise. Add it before the routes.
 */
export function traceRequests(
  app: FastifyInstance,
  { trace, clock, isTrusted }: Tracing,
  prefixes: readonly string[],
): void {
  app.addHook("onRequest", async (request, reply) => {
    request.clientSpan = clientSpanOf(request.raw, isTrusted);
    if (request.routeOptions.config.isTraced !== true) return;
    const span = newSpan(request.clientSpan, clock.now());
    request.span = span;
    reply.raw.once("close", () => {
      // Clients without a key must not fill the collector.
      const caller: Caller | undefined = request.caller;
      if (caller === undefined) return;
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
          "user.id": caller.userId,
          "tembo.organization.id": caller.organizationId,
          "tembo.key.id": caller.apiKeyId,
          "tembo.request.id": request.id,
        },
      });
    });
  });
}

/** Returns the span that the trace of the request continues, or null. */
function clientSpanOf(request: IncomingMessage, isTrusted: Tracing["isTrusted"]): SpanContext | null {
  const outer = outerRequest();
  if (outer !== undefined) return outer.clientSpan;
  const { traceparent } = request.headers;
  return typeof traceparent === "string" && isTrusted(request) ? parseTraceparent(traceparent) : null;
}

function newSpan(parent: SpanContext | null, startedAt: Date): RequestSpan {
  const ids = { traceId: parent?.traceId ?? newTraceId(), spanId: newSpanId() };
  return { ...ids, parentSpanId: parent?.spanId ?? null, startedAt, traceparent: formatTraceparent(ids) };
}
