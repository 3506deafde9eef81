import { AppError, type Logger } from "../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import type { Session } from "../session/session.ts";
import type { IdleTree } from "../session/session-store.ts";
import { type DeletedSession, deleteLocked, logDeleted } from "./delete-session.ts";

const batchSize = 1_000;

/**
 * Deletes sessions that did not change since this time, as a person would, the oldest of all organizations first. A session and
 * those below it are deleted together. Keeps them if one of them changed since, is pinned or has an unfinished turn. Skips and logs
 * sessions that cannot be deleted. Returns the number of deleted sessions. Throws `unavailable` if the database is, and the signal's
 * reason.
 */
export async function expireSessions(
  ports: Pick<SessionsPorts, "store" | "clock" | "engine"> & { readonly log: Logger },
  before: Date,
  signal: AbortSignal,
): Promise<number> {
  const { store, log } = ports;
  let deleted = 0;
  let last: IdleTree | null = null;
  for (;;) {
    const trees: IdleTree[] = await store.sessionChanges.idleTrees(before, last, batchSize);
    for (const tree of trees) {
      signal.throwIfAborted();
      try {
        const sessions = await store.transaction((tx) => deleteTree(ports, tx, { tree, before }));
        for (const session of sessions) logDeleted(ports, session, { reason: "retention" });
        deleted += sessions.length;
      } catch (cause) {
        // Without the database, all others fail, too.
        if (cause instanceof AppError && cause.code === "unavailable") throw cause;
        log.error({ err: cause, sessionId: tree.rootId }, "an expired session could not be deleted");
      }
    }
    last = trees.at(-1) ?? null;
    if (trees.length < batchSize) return deleted;
  }
}

/** Returns the deleted sessions. Deletes none if someone used one of them meanwhile. */
async function deleteTree(
  ports: Pick<SessionsPorts, "clock" | "engine">,
  tx: SessionsTransaction,
  { tree, before }: { readonly tree: IdleTree; readonly before: Date },
): Promise<readonly DeletedSession[]> {
  const found: Session[] = [];
  for (const id of tree.sessionIds) {
    const session = await tx.sessions.lock(tree.organizationId, id);
    if (session === null) continue;
    if (session.isPinned || session.updatedAt >= before) return [];
    if ((await tx.turns.active(id)) !== null) return [];
    found.push(session);
  }
  const deleted: DeletedSession[] = [];
  for (const session of found) deleted.push(await deleteLocked(ports, tx, session));
  return deleted;
}
