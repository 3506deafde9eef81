import { AppError } from "../../base/index.ts";
import type { SessionsQueries } from "../ports.ts";
import type { Plan } from "./plan.ts";

/** Returns the newest plan of a session. Throws `not_found` if the session does not exist or has no plan. */
export async function getPlan(
  { sessions, plans }: Pick<SessionsQueries, "sessions" | "plans">,
  organizationId: string,
  sessionId: string,
): Promise<Plan> {
  const session = await sessions.find(organizationId, sessionId);
  if (session === null) throw new AppError("not_found", `Session ${sessionId} was not found.`);
  const plan = await plans.latest(session.id);
  if (plan !== null) return plan;
  throw new AppError(
    "not_found",
    'The session has no plan. Send a message in "planning" mode to create one.',
  );
}
