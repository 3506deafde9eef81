import type { Viewer } from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import type { SessionsQueries } from "../ports.ts";
import { getSession } from "./get-session.ts";
import type { Session } from "./session.ts";

/**
 * Throws `not_found` for another person's private session, with the same error as for a session that does not exist.
 */
async function requireVisible(
  store: Pick<SessionsQueries, "apiKeys">,
  viewer: Pick<Viewer, "userId">,
  session: Session,
): Promise<void> {
  if (!(await canSee(store, viewer, session)))
    throw new AppError("not_found", `Session ${session.id} was not found.`);
}

/**
 * True if a viewer of the session's organization may see the session. Only its creator may see a private session. The
 * store's `visibleTo` implements the same rule in SQL.
 */
export async function canSee(
  store: Pick<SessionsQueries, "apiKeys">,
  { userId }: Pick<Viewer, "userId">,
  session: Pick<Session, "visibility" | "createdByKeyId">,
): Promise<boolean> {
  return session.visibility !== "private" || isMadeBy(store, userId, session);
}

/**
 * True if the user created the session, or the session that started it. A session that a forge or an agent run created
 * has no creator.
 */
export async function isMadeBy(
  store: Pick<SessionsQueries, "apiKeys">,
  userId: string,
  { createdByKeyId }: Pick<Session, "createdByKeyId">,
): Promise<boolean> {
  return createdByKeyId !== null && (await store.apiKeys.userOf(createdByKeyId)) === userId;
}

/**
 * Returns the session. Throws `not_found`, including for a session of another organization and for another person's
 * private session.
 */
export async function getVisibleSession(
  store: Pick<SessionsQueries, "sessions" | "apiKeys">,
  viewer: Viewer,
  id: string,
): Promise<Session> {
  const session = await getSession(store, viewer.organizationId, id);
  await requireVisible(store, viewer, session);
  return session;
}
