import { AppError } from "../../base/index.ts";
import type { ProjectSnapshot } from "../../sessions/index.ts";
import { fetchAgain } from "../environment/fetch-layers.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { giveUpEnvironment } from "./give-up-environment.ts";
import { openSandbox, type SandboxWish } from "./open-sandbox.ts";
import type { TurnContext, WorkContext } from "./turn-context.ts";

/** Errors that mean that a system is missing, damaged or cannot run on this machine. */
export const unusableSystem: ReadonlySet<string> = new Set([
  "not_found",
  "layer_broken",
  "unavailable",
  "sandbox_unavailable",
]);

/** Returns the environment from which the session started, or null. A later build of the project does not change it. */
export async function environmentOf({
  ports,
  session,
}: Pick<WorkContext, "ports" | "session">): Promise<ProjectSnapshot | null> {
  // The turn's own record of the session is older than the environment of its first turn.
  return session.projectId === null ? null : ports.store.projectSnapshots.ofSession(session.id);
}

/**
 * Opens the session's sandbox with the wanted system, which is that of the snapshot. Fetches its layers if this machine
 * lacks them. If the system cannot be used, appends a notice and opens the machine's own system.
 */
export async function openInEnvironment(
  context: TurnContext,
  wish: SandboxWish,
  snapshot: ProjectSnapshot | null,
  signal: AbortSignal,
): Promise<{ readonly sandbox: Sandbox; readonly wish: SandboxWish }> {
  if (snapshot === null || wish.system === null) return { sandbox: await openSandbox(context, wish), wish };
  try {
    return { sandbox: await openOrFetch(context, wish, snapshot, signal), wish };
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof AppError) || cause.code === "fenced") throw cause;
    const without = { ...wish, system: null };
    const sandbox = await openSandbox(context, without);
    try {
      await giveUpEnvironment(context, snapshot, cause);
    } catch (failure) {
      await sandbox.stop();
      throw failure;
    }
    return { sandbox, wish: without };
  }
}

async function openOrFetch(
  context: TurnContext,
  wish: SandboxWish,
  snapshot: ProjectSnapshot,
  signal: AbortSignal,
): Promise<Sandbox> {
  try {
    return await openSandbox(context, wish);
  } catch (cause) {
    if (!(cause instanceof AppError) || !unusableSystem.has(cause.code)) throw cause;
    if (!(await fetchAgain(context.ports, { session: context.session, snapshot, problem: cause }, signal)))
      throw cause;
    return openSandbox(context, wish);
  }
}
