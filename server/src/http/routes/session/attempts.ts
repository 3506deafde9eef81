import { operations, type SessionAttempts } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { formatAgentKey } from "../../../core/access/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { canSee, getAttempt, keepAttempt } from "../../../core/sessions/index.ts";
import type { Caller } from "../../admission/authenticate.ts";
import { getPathSession } from "../../admission/require-visible.ts";
import { route } from "../../route.ts";
import { sessionHtmlUrl } from "./session-view.ts";

export function attemptRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.sessionAttemptsRetrieve, async ({ params, caller, raw }) =>
    attemptsView(ports, caller, getPathSession({ params, raw }).id),
  );

  route(app, operations.sessionKeep, async ({ params, caller, raw }) => {
    const { id } = getPathSession({ params, raw });
    await keepAttempt(ports, { ...caller, keyId: caller.apiKeyId, requestId: raw.id }, id);
    return attemptsView(ports, caller, id);
  });
}

async function attemptsView(
  { store, settings }: Ports,
  caller: Caller,
  sessionId: string,
): Promise<SessionAttempts> {
  const { groupId, count } = await getAttempt(store, sessionId);
  const group = await store.attempts.ofGroup(caller.organizationId, groupId);
  const sessions = await Promise.all(
    group.map(async (attempt) => ({
      attempt,
      session: await store.sessions.find(caller.organizationId, attempt.sessionId),
    })),
  );
  const seen: SessionAttempts["attempts"] = [];
  for (const { attempt, session } of sessions) {
    if (session === null || !(await canSee(store, caller, session))) continue;
    seen.push({
      sessionId: session.id,
      number: attempt.number,
      title: session.title,
      agent: formatAgentKey(session),
      status: session.status,
      state: attempt.state,
      problem: attempt.problem,
      htmlUrl: sessionHtmlUrl(settings.publicUrl, session.id),
    });
  }
  const kept = seen.find(({ state }) => state === "kept");
  return { groupId, count, keptSessionId: kept?.sessionId ?? null, attempts: seen };
}
