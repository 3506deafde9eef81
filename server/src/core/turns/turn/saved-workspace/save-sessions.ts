import { reason } from "../../../base/index.ts";
import type { TurnsPorts } from "../../ports.ts";
import { saveIdle } from "./save-idle.ts";

/** Sessions per page of the list, and sessions that are saved at the same time. */
const pageSize = 100;
const atOnce = 2;

interface SessionSaves {
  readonly workerId: string;
  /** Sessions to save even if their newest files are saved, because their sandboxes have just stopped. */
  readonly stopped: readonly string[];
  /** Aborts when the time for the saves is over. The remaining sessions are then recorded as unsaved. */
  readonly limit: AbortSignal;
}

/**
 * Saves the sessions whose newest files are only on this machine and that no turn uses, so that other machines can continue
 * them. Records why a session could not be saved. Has no effect if the machines do not share a blob store.
 */
export async function saveSessions(
  ports: TurnsPorts,
  saves: SessionSaves,
  signal: AbortSignal,
): Promise<void> {
  const { store, settings } = ports;
  if (!settings.savesWorkspaces) return;
  await saveAll(ports, saves, saves.stopped, signal);
  const listAfter = (id: string | null) => store.savedWorkspaces.listIdle(settings.machineId, id, pageSize);
  for (let ids = await listAfter(null); ids.length > 0; ids = await listAfter(ids.at(-1)!))
    await saveAll(ports, saves, ids, signal);
}

async function saveAll(
  ports: TurnsPorts,
  saves: SessionSaves,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...ids];
  const run = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      signal.throwIfAborted();
      await saveOne(ports, saves, id, signal);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, run));
}

async function saveOne(
  ports: TurnsPorts,
  { workerId, limit }: SessionSaves,
  sessionId: string,
  signal: AbortSignal,
): Promise<void> {
  const { store, settings, log } = ports;
  try {
    limit.throwIfAborted();
    const result = await saveIdle(ports, { sessionId, workerId }, AbortSignal.any([signal, limit]));
    if (result === "saved") log.info({ sessionId }, "the files of an idle session were saved");
  } catch (cause) {
    const because = limit.aborted ? "The time limit for saving was reached." : reason(cause);
    log.error(
      { err: cause, sessionId },
      "a session could not be saved; its newest files are only on this machine",
    );
    await store.savedWorkspaces.recordUnsaved(sessionId, settings.machineId, because);
  }
}
