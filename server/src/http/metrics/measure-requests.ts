import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Measure } from "../../core/base/index.ts";

/** Status of a request whose client has disconnected before the response began, as in the logs of nginx. */
const clientClosed = 499;

/**
 * Measures every request that reaches the router, also one whose client disconnects. Removes the prefixes of the routes,
 * so that an operation has one name. Add it before the routes.
 */
export function measureRequests(app: FastifyInstance, measure: Measure, prefixes: readonly string[]): void {
  app.addHook("onRequest", async (request, reply) => {
    const beganAtMs = performance.now();
    const route = routeOf(request, prefixes);
    reply.raw.once("close", () => {
      const isStream = String(reply.raw.getHeader("content-type")).startsWith("text/event-stream");
      measure({
        kind: "requestAnswered",
        method: request.is404 ? "other" : request.method,
        route,
        status: reply.raw.headersSent ? reply.raw.statusCode : clientClosed,
        durationMs: isStream ? null : performance.now() - beganAtMs,
      });
    });
  });
}

/** Returns the template of the request's route without its prefix, or "none" if no route matches. */
export function routeOf(request: FastifyRequest, prefixes: readonly string[]): string {
  const url = request.is404 ? "none" : (request.routeOptions.url ?? "none");
  const prefix = prefixes.find((one) => one !== "" && url.startsWith(`${one}/`)) ?? "";
  return url.slice(prefix.length);
}
