import { AppError, minuteMs, paths } from "../../../base/index.ts";
import { systemOf } from "../../environment/environment-system.ts";
import type { TurnsPorts } from "../../ports.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { loadTurnContext } from "../load-turn-context.ts";
import { environmentOf, unusableSystem } from "../open-in-environment.ts";
import { openSandbox } from "../open-sandbox.ts";
import type { WorkContext } from "../turn-context.ts";
import { removeReplaced } from "./save-workspace.ts";
import { blobIdsOf, storeFiles } from "./store-files.ts";

const limitMs = 4 * minuteMs;
/** Time until which the record reserves the session's sandbox. Other workers remove the record if this process dies. */
const reservationMs = 10 * minuteMs;

/**
 * Saves the files of a session without a running turn, in a sandbox of its own. Returns "skipped" if another worker uses the
 * session, if it continues elsewhere, or if this machine has no files of it. Throws the error of the save.
 */
export async function saveIdle(
  ports: TurnsPorts,
  { sessionId, workerId }: { readonly sessionId: string; readonly workerId: string },
  signal: AbortSignal,
): Promise<"saved" | "skipped"> {
  const { store, settings, clock } = ports;
  const turn = await store.turns.latest(sessionId);
  if (turn === null || !(await store.savedWorkspaces.isIdle(sessionId, settings.machineId))) return "skipped";
  const folder = paths.session(settings.dataDir, sessionId);
  if (!(await ports.workspaceFiles.isFolder(folder, "workspace"))) return "skipped";
  const until = new Date(clock.now().getTime() + reservationMs);
  if (!(await store.warmSandboxRecords.reserve({ sessionId, workerId, until }))) return "skipped";
  try {
    return await storeAndRecord(await loadTurnContext(ports, turn, 0), signal);
  } finally {
    await store.warmSandboxRecords.drop(sessionId, workerId);
  }
}

async function storeAndRecord(context: WorkContext, signal: AbortSignal): Promise<"saved" | "skipped"> {
  const { ports, session } = context;
  const sandbox = await openForSave(context);
  try {
    const stored = await storeFiles(context, sandbox, limitMs, signal);
    const replaced = await ports.store.transaction(async (tx) => {
      await tx.turnPlacements.lock();
      return tx.savedWorkspaces.saveIdle(session.id, ports.settings.machineId, stored);
    });
    await removeReplaced(context, replaced ?? blobIdsOf(stored));
    return replaced === null ? "skipped" : "saved";
  } finally {
    await sandbox.stop();
  }
}

/**
 * Opens the sandbox with the system of the session's environment, whose users own the files. If that cannot be used, opens
 * it with the machine's own system.
 */
async function openForSave(context: WorkContext): Promise<Sandbox> {
  const snapshot = await environmentOf(context);
  const wish = { readOnlyPaths: [], isWorkspaceReadOnly: false };
  const system = snapshot && systemOf(snapshot, context.project);
  try {
    return await openSandbox(context, { ...wish, system });
  } catch (cause) {
    if (system === null || !(cause instanceof AppError) || !unusableSystem.has(cause.code)) throw cause;
    return openSandbox(context, { ...wish, system: null });
  }
}
