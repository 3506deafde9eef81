import { minuteMs, paths } from "../../../base/index.ts";
import type { WaitingHarness } from "../../waiting-harness/waiting-harnesses.ts";
import { launchFingerprint } from "../../warm-sandbox/launch-fingerprint.ts";
import { newWarmSandbox } from "../../warm-sandbox/warm-sandbox.ts";
import { sandboxFingerprint, toSurroundings } from "../open-warm-sandbox.ts";
import { type TurnContext, withSessionNumber } from "../turn-context.ts";
import { findWaitingWish, requestOf } from "./waiting-wish.ts";

/** Time for which an adopted sandbox waits for its turn's work. */
const adoptedMs = 15 * minuteMs;

/**
 * Gives the turn's new session the sandbox in which a suitable harness waits, as its warm sandbox. Returns the session
 * number whose user owns the sandbox, or null if none fits or the session already has a workspace. Throws `fenced`.
 */
export async function adoptWaiting(context: TurnContext, signal: AbortSignal): Promise<number | null> {
  const { sandboxes, workspaceFiles, settings, waitingHarnesses } = context.ports;
  if (!sandboxes.movesWorkspaces) return null;
  const found = await findWaitingWish(context, signal);
  if (found === null) return null;
  const folder = paths.session(settings.dataDir, context.session.id);
  // The folders of an interrupted attempt belong to the session's former user.
  for (const name of ["workspace", "home"]) if (await workspaceFiles.isFolder(folder, name)) return null;
  signal.throwIfAborted();
  const waiting = waitingHarnesses.claim(found.wish);
  return waiting === null ? null : give(waiting, context, found.readOnlyPaths);
}

/** Moves the sandbox's folders to the session. From the first change on, the session has the sandbox's number. */
async function give(
  waiting: WaitingHarness,
  context: TurnContext,
  readOnlyPaths: readonly string[],
): Promise<number> {
  const { name, sessionNumber, sandbox, harness, wish } = waiting;
  const { store, workspaces, warmSandboxes, waitingHarnesses, clock, log } = context.ports;
  const { session } = context;
  try {
    await store.sessions.setNumber(context.lease, sessionNumber);
  } catch (cause) {
    await waitingHarnesses.end(waiting);
    throw cause;
  }
  const numbered = withSessionNumber(context, sessionNumber);
  const warm = newWarmSandbox({
    sandbox,
    fingerprint: sandboxFingerprint(numbered, requestOf(context, readOnlyPaths)),
    hasSystem: false,
    surroundings: toSurroundings(numbered, sandbox),
    afterStop: () => workspaces.removeWaiting(name),
  });
  warm.launched = { harness, fingerprint: launchFingerprint(wish.launch) };
  const until = new Date(clock.now().getTime() + adoptedMs);
  try {
    await workspaces.move(name, session.id);
    if (await warmSandboxes.putPrepared(session.id, warm, { until, hasTurn: true }))
      log.info({ sessionId: session.id }, "a waiting harness was adopted");
  } catch (cause) {
    log.warn({ err: cause, sessionId: session.id }, "a waiting harness could not be adopted");
    await waitingHarnesses.end(waiting);
  }
  return sessionNumber;
}
