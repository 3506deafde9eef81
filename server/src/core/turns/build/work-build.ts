import { AppError, reason, withReason } from "../../base/index.ts";
import {
  type ClaimedBuild,
  completeBuild,
  completeWithSnapshot,
  type Environment,
  failBuild,
} from "../../sessions/index.ts";
import { saveLayers } from "../environment/save-layers.ts";
import type { TurnsPorts } from "../ports.ts";
import { describeFailure } from "../turn/describe-failure.ts";
import { interruptOf } from "../turn/interrupt.ts";
import type { BuildContext } from "./build-context.ts";
import { removeAttempt } from "./build-folders.ts";
import { loadBuildContext } from "./load-build-context.ts";
import { runBuild } from "./run-build.ts";

/**
 * Runs a claimed build to its end and records the result. Removes everything that the attempt left on this machine. If
 * the signal aborts with the interrupt `limit`, the build fails. With another interrupt, or if another worker has taken
 * over, records nothing.
 */
export async function workBuild(
  ports: TurnsPorts,
  claimed: ClaimedBuild,
  signal: AbortSignal,
): Promise<void> {
  const { build, lease } = claimed;
  const ids = { projectId: build.projectId, buildId: build.id, attempt: lease.attempt };
  ports.log.info(ids, "a build started");
  try {
    await ports.store.projectBuilds.heartbeat(lease, { at: ports.clock.now() });
    const failure = await attempt(ports, claimed, signal);
    if (failure !== null) await failBuild(ports, lease, failure);
    ports.log.info({ ...ids, isFailed: failure !== null }, "a build ended");
  } catch (cause) {
    if (!isTakenAway(cause, signal)) throw cause;
    ports.log.info({ ...ids, reason: reason(cause) }, "a build was canceled or continues on another worker");
  } finally {
    await removeAttempt(ports, lease);
  }
}

/** Returns null if the build completed, or the reason why it failed, for people. */
async function attempt(
  ports: TurnsPorts,
  claimed: ClaimedBuild,
  signal: AbortSignal,
): Promise<string | null> {
  let context: BuildContext | null = null;
  try {
    context = await loadBuildContext(ports, claimed);
    const result = await runBuild(context, signal);
    if (result.kind === "made") await saveForOthers(context, result.environment, signal);
    await context.output.close();
    if (result.kind === "made") await completeBuild(ports, claimed, result.environment);
    else await completeWithSnapshot(ports, claimed.lease, result);
    return null;
  } catch (cause) {
    if (isTakenAway(cause, signal)) throw cause;
    const failure = describe(ports, cause, signal);
    if (context === null) return failure;
    await context.output.close();
    return context.masker.mask(failure);
  } finally {
    // Not earlier: the stored snapshot is what keeps the layers from now on.
    await context?.layers.release();
  }
}

/** A failure does not fail the build, because this machine can use the environment. */
async function saveForOthers(
  { ports, organization, output }: BuildContext,
  environment: Environment,
  signal: AbortSignal,
): Promise<void> {
  try {
    await saveLayers(ports, organization.id, environment, signal);
  } catch (cause) {
    // The time limit of the build must not fail an environment that is complete.
    if (interruptOf(signal)?.kind !== "limit") signal.throwIfAborted();
    ports.log.warn(
      { err: cause },
      "an environment could not be saved to the blob store; sessions on other machines start without it",
    );
    await output.add(`[${withReason("The environment could not be saved for other machines", cause)}]\n`);
  }
}

function describe({ log, settings }: TurnsPorts, cause: unknown, signal: AbortSignal): string {
  if (interruptOf(signal)?.kind === "limit")
    return "The build took longer than 60 minutes. Make its setup script faster.";
  if (cause instanceof AppError && cause.code !== "internal") return cause.message;
  log.error({ err: cause }, "a build failed unexpectedly");
  return describeFailure(cause, settings.dataDir);
}

function isTakenAway(cause: unknown, signal: AbortSignal): boolean {
  if (cause instanceof AppError && cause.code === "fenced") return true;
  const interrupt = interruptOf(signal);
  return interrupt !== null && interrupt.kind !== "limit";
}
