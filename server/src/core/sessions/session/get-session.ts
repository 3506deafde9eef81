import { AppError } from "../../base/errors.ts";
import type { Queries } from "../../ports/store.ts";
import type { Session } from "./session.ts";

/** Throws `not_found`, also for a session of another organization. */
export async function getSession(
  store: Pick<Queries, "sessions">,
  organizationId: string,
  id: string,
): Promise<Session> {
  const session = await store.sessions.find(organizationId, id);
  if (session === null) throw new AppError("not_found", `There is no session ${id}.`);
  return session;
}
