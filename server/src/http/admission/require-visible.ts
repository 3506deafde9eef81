import type { FastifyRequest } from "fastify";
import type { Store } from "../../core/ports/store/store.ts";
import { requireVisible } from "../../core/session/require-visible.ts";

/**
 * The hook before every operation whose path, query or body names a session: another person's private one is not there. What is
 * not there anyway is for the operation to say. Throws `not_found`.
 */
export function createVisibilityGuard(store: Pick<Store, "sessions" | "apiKeys">) {
  return async ({ params, query, body, caller }: FastifyRequest): Promise<void> => {
    for (const part of [params, query, body]) {
      const id = sessionIdIn(part);
      if (id === null) continue;
      const session = await store.sessions.find(caller.organizationId, id);
      if (session !== null) await requireVisible(store, caller, session);
    }
  };
}

function sessionIdIn(part: unknown): string | null {
  if (typeof part !== "object" || part === null || !("sessionId" in part)) return null;
  return typeof part.sessionId === "string" ? part.sessionId : null;
}
