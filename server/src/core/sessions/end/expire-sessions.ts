import { AppError, type Logger } from "../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import type { IdleTree } from "../session/session-store.ts";
import { deleteLocked } from "./delete-session.ts";

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
        deleted += await store.transaction((tx) => deleteTree(ports, tx, { tree, before }));
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

/** Returns the number of deleted sessions. It is 0 if someone used one of them meanwhile. */
async function deleteTree(
  ports: Pick<SessionsPorts, "clock" | "engine">,
  tx: SessionsTransaction,
  { tree, before }: { readonly tree: IdleTree; readonly before: Date },
): Promise<number> {
  const found: string[] = [];
  for (const id of tree.sessionIds) {
    const session = await tx.sessions.lock(tree.organizationId, id);
    if (session === null) continue;
    if (session.isPinned || session.updatedAt >= before) return 0;
    if ((await tx.turns.active(id)) !== null) return 0;
    found.push(id);
  }
  for (const id of found) await deleteLocked(ports, tx, id);
  return found.length;
}
