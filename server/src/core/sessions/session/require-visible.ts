import type { Viewer } from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import type { SessionsQueries } from "../ports.ts";
import { getSession } from "./get-session.ts";
import type { Session } from "./session.ts";

/** Throws `not_found` for another person's private session, as for one that is not there. */
async function requireVisible(
  store: Pick<SessionsQueries, "apiKeys">,
  viewer: Pick<Viewer, "userId">,
  session: Session,
): Promise<void> {
  if (!(await canSee(store, viewer, session)))
    throw new AppError("not_found", `There is no session ${session.id}.`);
}

/**
 * Whether a viewer of the session's organization sees it: a private one is visible to the person alone who made it. `visibleTo` of the store says
 * the same in SQL.
 */
export async function canSee(
  store: Pick<SessionsQueries, "apiKeys">,
  { userId }: Pick<Viewer, "userId">,
  session: Pick<Session, "visibility" | "createdByKeyId">,
): Promise<boolean> {
  return session.visibility !== "private" || isMadeBy(store, userId, session);
}

/** Nobody in person made a session of a trigger or a schedule. */
export async function isMadeBy(
  store: Pick<SessionsQueries, "apiKeys">,
  userId: string,
  { createdByKeyId }: Pick<Session, "createdByKeyId">,
): Promise<boolean> {
  return createdByKeyId !== null && (await store.apiKeys.userOf(createdByKeyId)) === userId;
}

/** Throws `not_found`, also for a session of another organization and for another person's private one. */
export async function getVisibleSession(
  store: Pick<SessionsQueries, "sessions" | "apiKeys">,
  viewer: Viewer,
  id: string,
): Promise<Session> {
  const session = await getSession(store, viewer.organizationId, id);
  await requireVisible(store, viewer, session);
  return session;
}
