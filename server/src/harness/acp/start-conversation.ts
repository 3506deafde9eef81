import { AppError, type Logger, withReason } from "../../core/base/index.ts";
import type { Conversation, HarnessStart } from "../../core/turns/index.ts";
import { onAbort } from "../../runtime/on-abort.ts";
import type { LaunchContext, LaunchSpec } from "../launch-spec.ts";
import { AcpConversation } from "./conversation.ts";
import { HarnessProcess } from "./process/harness-process.ts";
import { PermissionDesk } from "./process/permission-desk.ts";
import { prepareHome } from "./process/prepare-home.ts";
import { decideWishes } from "./session/decide-wishes.ts";
import { openSession } from "./session/open-session.ts";
import { SessionUpdates } from "./session/session-updates.ts";
import { startTimer as realStartTimer, type StartTimer } from "./timer.ts";
import type { Pace } from "./updates/flood-gate.ts";

const startLimitMs = 60_000;

export interface DriverOptions {
  readonly spec: LaunchSpec;
  readonly installDir: string;
  readonly nodeBinary: string;
  readonly log: Logger;
  readonly startTimer?: StartTimer;
  readonly pace?: Pace;
  /** Called after the conversation was closed. */
  readonly onClosed?: (() => void) | undefined;
}

/**
 * Starts the spec's harness and opens the requested conversation. If this fails, leaves no process running and throws `harness_failed` or the
 * error of `sandbox.spawn`.
 */
export async function startConversation(
  options: DriverOptions,
  input: HarnessStart,
  signal: AbortSignal,
): Promise<Conversation> {
  const { spec, log } = options;
  const startTimer = options.startTimer ?? realStartTimer;
  if (signal.aborted) throw stopped(spec, signal);
  const permissions = new PermissionDesk(input.decidePermission);
  const process = spawnHarness(options, input, { startTimer, permissions });
  let isLate = false;
  const stopTimer = startTimer(startLimitMs, () => {
    isLate = true;
    process.kill();
  });
  using _ = onAbort(signal, () => process.kill());
  try {
    const meta = spec.sessionMeta?.(contextOf(options, input));
    const { displayName, capabilities } = spec;
    const { cwd, conversationId, mcpServers } = input;
    const wishes = decideWishes(spec, input, input.decidePermission !== null);
    const { mcpTransports } = capabilities;
    const wish = { displayName, cwd, conversationId, wishes, mcpServers, mcpTransports, meta };
    const sessionUpdates = new SessionUpdates();
    sessionUpdates.listenTo(process);
    const session = await openSession(process, wish, log);
    const { pace, onClosed } = options;
    return new AcpConversation({
      spec,
      process,
      session,
      sessionUpdates,
      permissions,
      cwd,
      startTimer,
      pace,
      onClosed,
    });
  } catch (error) {
    const wasAlive = process.isAlive;
    const death = wasAlive ? null : await process.deathError("while it started", error);
    process.kill();
    await process.close();
    if (signal.aborted) throw stopped(spec, signal);
    if (isLate) throw tooSlow(spec, error);
    if (death) throw death;
    if (error instanceof AppError) throw error;
    throw new AppError(
      "harness_failed",
      withReason(`${spec.displayName} could not open a conversation`, error),
      {
        cause: error,
      },
    );
  } finally {
    stopTimer();
  }
}

function stopped(spec: LaunchSpec, signal: AbortSignal): AppError {
  return new AppError("harness_failed", `${spec.displayName} was stopped while it started.`, {
    cause: signal.reason,
  });
}

function tooSlow(spec: LaunchSpec, cause: unknown): AppError {
  const seconds = startLimitMs / 1000;
  return new AppError(
    "harness_failed",
    `${spec.displayName} did not start within ${seconds} s. Add CPU or memory to the machine, or lower TEMBO_WORKER_CONCURRENCY.`,
    { cause },
  );
}

function spawnHarness(
  options: DriverOptions,
  input: HarnessStart,
  parts: { readonly startTimer: StartTimer; readonly permissions: PermissionDesk },
): HarnessProcess {
  const { spec } = options;
  const context = contextOf(options, input);
  try {
    const command = {
      argv: prepareHome(spec.argv(context), {
        homePath: context.homePath,
        files: spec.files?.(context),
        commands: spec.beforeStart,
      }),
      cwd: input.cwd,
      env: { ...input.env, ...spec.env(context) },
    };
    const { displayName } = spec;
    const { sandbox, onProtocolLine } = input;
    return new HarnessProcess({ displayName, sandbox, command, onProtocolLine, ...parts });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("harness_failed", withReason(`${spec.displayName} could not be started`, cause), {
      cause,
    });
  }
}

function contextOf({ nodeBinary, installDir }: DriverOptions, input: HarnessStart): LaunchContext {
  const { model, modelFamily, mode, sandbox, instructions } = input;
  const asks = input.decidePermission !== null;
  const { modelUrl, homePath } = sandbox;
  return { nodeBinary, installDir, homePath, modelUrl, modelFamily, model, mode, asks, instructions };
}
