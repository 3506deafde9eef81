import type { FastifyRequest } from "fastify";
import { AppError, isId } from "../../core/base/index.ts";
import type { Store } from "../../core/ports.ts";
import { canSee, type Session } from "../../core/sessions/index.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Session in the request's path, as the visibility guard has read it. Null if the path has none, or if it does not exist. */
    pathSession: Session | null;
  }
}

type VisibleStore = Pick<Store, "sessions" | "apiKeys" | "messages" | "artifacts">;

/** Functions that look up the session of a request, by the name of the ID parameter. */
const sessionFinders: Readonly<
  Record<
    string,
    (store: VisibleStore, organizationId: string, id: string) => Promise<string | null | undefined>
  >
> = {
  sessionId: async (_store, _organizationId, id) => id,
  messageId: async (store, organizationId, id) => (await store.messages.find(organizationId, id))?.sessionId,
  artifactId: async (store, organizationId, id) =>
    (await store.artifacts.find(organizationId, id))?.sessionId,
};

/** Nouns for the error message. The message for a hidden object is the same as for a missing object, with the requested ID. */
const nounOf: Readonly<Record<string, string>> = {
  sessionId: "Session",
  messageId: "Message",
  artifactId: "Artifact",
};

/**
 * Creates the hook that runs before every operation whose path, query or body refers to a session, a message or an artifact. The hook hides
 * other users' private sessions by throwing `not_found`. The operation itself reports objects that do not exist.
 */
export function createVisibilityGuard(store: VisibleStore) {
  return async (request: FastifyRequest): Promise<void> => {
    const { params, query, body, caller } = request;
    const { organizationId } = caller;
    for (const part of [params, query, body]) {
      for (const [name, id] of idsIn(part)) {
        const sessionId = await sessionFinders[name]!(store, organizationId, id);
        if (sessionId === null || sessionId === undefined) continue;
        const session = await store.sessions.find(organizationId, sessionId);
        if (session !== null && !(await canSee(store, caller, session)))
          throw new AppError("not_found", `${nounOf[name]} ${id} was not found.`);
        if (part === params && name === "sessionId") request.pathSession = session;
      }
    }
  };
}

/**
 * Returns the session in the path of the request, which the visibility guard has read. Throws `not_found`. A handler that
 * changes the session reads it again.
 */
export function getPathSession({ params, raw }: PathRequest): Session {
  if (raw.pathSession === null) throw new AppError("not_found", `Session ${params.sessionId} was not found.`);
  return raw.pathSession;
}

export interface PathRequest {
  readonly params: { readonly sessionId: string };
  readonly raw: FastifyRequest;
}

function idsIn(part: unknown): (readonly [string, string])[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).filter(
    // A value that is not an ID, such as "null" in a list filter, refers to no object.
    (entry): entry is [string, string] =>
      Object.hasOwn(sessionFinders, entry[0]) && typeof entry[1] === "string" && isId(entry[1]),
  );
}
