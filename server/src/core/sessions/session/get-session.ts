import { AppError } from "../../base/index.ts";
import type { SessionsQueries } from "../ports.ts";
import type { Session } from "./session.ts";

/** Returns the session. Throws `not_found`, including for a session of another organization. */
export async function getSession(
  store: Pick<SessionsQueries, "sessions">,
  organizationId: string,
  id: string,
): Promise<Session> {
  const session = await store.sessions.find(organizationId, id);
  if (session === null) throw new AppError("not_found", `Session ${id} was not found.`);
  return session;
}
