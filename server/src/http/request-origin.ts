import type { FastifyRequest } from "fastify";
import type { RequestOrigin } from "../core/base/index.ts";

/** Returns what messages keep about the request that sends them. */
export const requestOrigin = ({ id }: FastifyRequest): RequestOrigin => ({ id, traceparent: null });
