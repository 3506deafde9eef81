import type { FastifyRequest } from "fastify";
import type { RequestOrigin } from "../core/base/index.ts";

/** Returns what messages keep about the request that sends them. The request then has a span, if the server records traces. */
export function requestOrigin({ id, span }: FastifyRequest): RequestOrigin {
  if (span === null) return { id, traceparent: null };
  span.isWanted = true;
  return { id, traceparent: span.traceparent };
}
