import type { FastifyInstance } from "fastify";
import manifest from "../../package.json" with { type: "json" };
import { sendRefusal } from "./errors.ts";

/**
 * Serves `/healthz`, which reports the version of a live process, and `/readyz`, which reports whether the server can
 * handle requests.
 */
export function healthRoutes(app: FastifyInstance, notReady: () => Promise<string | null>): void {
  app.get("/healthz", async () => ({ status: "ok", version: manifest.version }));
  app.get("/readyz", async (request, reply) => {
    const why = await notReady();
    if (why === null) return { status: "ready" };
    return sendRefusal(request, reply, "unavailable", why);
  });
}
