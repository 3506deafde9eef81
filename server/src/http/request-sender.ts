import type { FastifyRequest } from "fastify";
import type { RequestSender } from "../core/base/index.ts";

/** Returns the facts that messages keep about the request that sends them. Pure. */
export function requestSender({ id, span, caller }: FastifyRequest): RequestSender {
  return { keyId: caller.apiKeyId, request: { id, traceparent: span?.traceparent ?? null } };
}
