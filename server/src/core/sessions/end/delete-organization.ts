import { AppError } from "../../base/index.ts";
import { type Integration, removeWebhooks } from "../../forges/index.ts";
import type { SessionsPorts, SessionsQueries } from "../ports.ts";
import type { Session } from "../session/session.ts";
import { logDeleted, type SessionDeleter } from "./delete-session.ts";
import { stopWithin } from "./stop-session.ts";

const pageSize = 100;

/**
 * Deletes an organization:
 * - First, removes the webhooks from the forges where possible.
 * - Then, in one transaction, revokes the organization's keys, removes its members, secrets, integrations and MCP
 *   connections, and cancels queued and running work.
 *
 * The sessions, with their events and pull requests, remain in the database but are no longer accessible. Logs each of them
 * as deleted. Idempotent.
 * Throws `conflict` for the first organization of the installation, to which the operator's key belongs.
 */
export async function deleteOrganization(
  ports: SessionsPorts,
  id: string,
  deleter: SessionDeleter,
): Promise<void> {
  const { store } = ports;
  if ((await store.organizations.findFirst())?.id === id)
    throw new AppError(
      "conflict",
      "The first organization of an installation cannot be deleted, because the operator's API key belongs to it. Remove its members and integrations instead.",
    );
  for (const integration of await integrationsOf(store, id)) await removeWebhooks(ports, integration);
  const { interrupted, integrations } = await store.transaction(async (tx) => {
    await tx.organizations.lock(id);
    const integrations = await integrationsOf(tx, id);
    for (const integration of integrations) {
      // A running sync first finishes its batch, and then stops because the integration no longer exists.
      await tx.integrationSetup.lockIntegration(integration.id);
      await tx.integrations.delete(id, integration.id);
    }
    await tx.apiKeys.revokeOf(id, null);
    await tx.members.deleteAll(id);
    const interrupted: string[] = [];
    // Stops turns only after the queued messages are deleted, because a stopped turn would start the next message.
    for (const sessionId of await tx.organizations.markDeleted(id)) {
      if ((await tx.sessions.find(id, sessionId)) === null) continue;
      const { interruptedTurnId } = await stopWithin(ports, tx, {
        organizationId: id,
        sessionId,
        cancelsQueued: false,
      });
      if (interruptedTurnId !== null) interrupted.push(interruptedTurnId);
    }
    return { interrupted, integrations };
  });
  for (const integration of integrations) ports.logMask.release(`integration:${integration.id}`);
  for (const turnId of interrupted) await ports.engine.noticeStop(turnId);
  await logSessions(ports, id, deleter);
}

async function logSessions(
  ports: SessionsPorts,
  organizationId: string,
  deleter: SessionDeleter,
): Promise<void> {
  const { store, clock } = ports;
  const now = clock.now().getTime();
  for (let last: string | null = null; ; ) {
    const sessions: Session[] = await store.sessions.ofOrganization(organizationId, last, pageSize);
    const usages = await store.usage.ofSessions(sessions.map(({ id }) => id));
    for (const session of sessions) {
      const [usage, ageMs] = [usages.get(session.id)!, now - session.createdAt.getTime()];
      logDeleted(ports, { session, ageMs, usage }, { reason: "organization", deleter });
    }
    last = sessions.at(-1)?.id ?? null;
    if (sessions.length < pageSize) return;
  }
}

async function integrationsOf(
  { integrations }: Pick<SessionsQueries, "integrations">,
  organizationId: string,
): Promise<Integration[]> {
  const all: Integration[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof integrations.list>> = await integrations.list(organizationId, {
      limit: pageSize,
      ...(cursor !== null && { cursor }),
    });
    all.push(...page.items);
    if (page.nextCursor === null) return all;
    cursor = page.nextCursor;
  }
}
