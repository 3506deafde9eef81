import type { FastifyRequest } from "fastify";
import { AppError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store/store.ts";

/**
 * The hook before every operation whose path, query or body names a session: a private one is there for the person alone who made it. What is
 * not there is for the operation to say. Throws `not_found`.
 */
export function createVisibilityGuard(store: Pick<Store, "sessions" | "apiKeys">) {
  return async ({ params, query, body, caller }: FastifyRequest): Promise<void> => {
    for (const part of [params, query, body]) {
      const id = sessionIdIn(part);
      if (id === null) continue;
      const session = await store.sessions.find(caller.organizationId, id);
      if (session === null || session.visibility !== "private") continue;
      const { createdByKeyId } = session;
      const maker = createdByKeyId === null ? null : await store.apiKeys.userOf(createdByKeyId);
      if (maker !== caller.userId) throw new AppError("not_found", `There is no session ${id}.`);
    }
  };
}

function sessionIdIn(part: unknown): string | null {
  if (typeof part !== "object" || part === null || !("sessionId" in part)) return null;
  return typeof part.sessionId === "string" ? part.sessionId : null;
}
