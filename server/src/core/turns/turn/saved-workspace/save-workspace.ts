import { AppError, reason } from "../../../base/index.ts";
import { appendEvent } from "../../../sessions/index.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { TurnContext, WorkContext } from "../turn-context.ts";
import { isTooLarge, storeCaptures, storeFiles } from "./store-files.ts";

/** Time limit of a save. The limits and the stop of a turn do not apply to it, because the work that it saves is done. */
const saveLimitMs = 5 * 60_000;
/** Time limit after failed, stopped or interrupted work, for which a person or the end of the server waits. */
const unfinishedLimitMs = 30_000;

/**
 * Saves the session's files and captured commits, so that another machine can continue from them. If they cannot be saved,
 * appends a notice, and the work continues. Has no effect if the machines do not share a blob store. Throws `fenced` if the
 * turn has lost its lease.
 */
export function saveWorkspace(
  context: TurnContext,
  sandbox: Sandbox,
  limitMs: number = saveLimitMs,
): Promise<void> {
  const { ports, lease } = context;
  return saveOrNote(context, "files", async () => {
    const { files, captures } = await storeFiles(context, sandbox, limitMs);
    return ports.store.transaction(async ({ savedWorkspaces }) => [
      ...(await savedWorkspaces.saveFiles(lease, ports.settings.machineId, files)),
      ...(await savedWorkspaces.saveCaptures(lease, captures)),
    ]);
  });
}

/** Saves the files in the same way after work that failed or was interrupted. Only logs that the turn has lost its lease. */
export async function saveUnfinished(context: TurnContext, sandbox: Sandbox): Promise<void> {
  try {
    await saveWorkspace(context, sandbox, unfinishedLimitMs);
  } catch (cause) {
    const { log } = context.ports;
    log.warn({ sessionId: context.session.id, reason: reason(cause) }, "unfinished work was not saved");
  }
}

/** Saves the session's captured commits in the same way as its files. */
export function saveCaptures(context: TurnContext): Promise<void> {
  return saveOrNote(context, "commits", async () => {
    const captures = await storeCaptures(context, AbortSignal.timeout(saveLimitMs));
    return context.ports.store.transaction((tx) => tx.savedWorkspaces.saveCaptures(context.lease, captures));
  });
}

/** `save` returns the IDs of the blobs that are no longer needed. */
async function saveOrNote(
  context: TurnContext,
  what: "files" | "commits",
  save: () => Promise<readonly string[]>,
): Promise<void> {
  const { ports, session, lease } = context;
  if (!ports.settings.savesWorkspaces) return;
  let replaced: readonly string[];
  try {
    replaced = await save();
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "fenced") throw cause;
    ports.log.error({ err: cause, sessionId: session.id }, `a session's ${what} could not be saved`);
    const isLarge = isTooLarge(cause);
    const because = isLarge ? ", because they are larger than 2 GiB" : "";
    const fix = isLarge ? " Delete large files that you do not need." : "";
    const message = `Tembo could not save the session's ${what} to the blob store${because}. If this machine is lost, changes since the last save are lost.${fix}`;
    await appendEvent(context, `unsaved:${what}:${lease.attempt}`, { type: "notice", message });
    return;
  }
  await removeReplaced(context, replaced);
}

/** Removes blobs to which no row refers. */
export async function removeReplaced(
  { ports, session }: Pick<WorkContext, "ports" | "session">,
  blobIds: readonly string[],
): Promise<void> {
  try {
    await ports.blobs.remove(blobIds);
  } catch (cause) {
    // A daily job removes what no row refers to.
    ports.log.warn({ sessionId: session.id, reason: reason(cause) }, "replaced files could not be removed");
  }
}
