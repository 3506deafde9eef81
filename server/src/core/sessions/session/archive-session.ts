import { AppError, newId } from "../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import type { Session } from "./session.ts";

/**
 * Archives a session that the transaction has locked, and stops its warm sandbox. Does nothing if the session is archived.
 * Throws `conflict` if a turn is queued or running.
 */
export async function archive(
  { clock }: Pick<SessionsPorts, "clock">,
  tx: SessionsTransaction,
  session: Session,
): Promise<void> {
  if (session.archivedAt !== null) return;
  if ((await tx.turns.active(session.id)) !== null)
    throw new AppError(
      "conflict",
      `Session ${session.id} cannot be archived while its turn is queued or running. Stop the session, or wait until the turn has ended.`,
      { field: "archived" },
    );
  const now = clock.now();
  await record(tx, session, { archivedAt: now, at: now });
  await tx.warmSandboxRecords.ask(session.id, now);
}

/**
 * Restores a session that the transaction has locked, if it is archived, because a person continues it. The server then
 * no longer ends it as an attempt that was not kept.
 */
export async function unarchive(
  { clock }: Pick<SessionsPorts, "clock">,
  tx: SessionsTransaction,
  session: Session,
): Promise<void> {
  await tx.attempts.setEnded(session.id);
  if (session.archivedAt !== null) await record(tx, session, { archivedAt: null, at: clock.now() });
}

async function record(
  tx: SessionsTransaction,
  { id, organizationId, title, visibility }: Session,
  { archivedAt, at }: { readonly archivedAt: Date | null; readonly at: Date },
): Promise<void> {
  const action = archivedAt === null ? "session.unarchived" : "session.archived";
  await tx.sessionChanges.update(id, { archivedAt }, at);
  await tx.events.append(id, null, [
    { key: `${action}:${newId()}`, messageId: null, data: { type: action } },
  ]);
  // Other people, who cannot see a private session, read the log.
  const name = visibility === "public" ? title : null;
  await tx.audit.record({ organizationId, action, object: { kind: "session", id, name } });
}
