import { AppError, type Logger, withReason } from "../../core/base/index.ts";
import type { Conversation, HarnessLaunch, HarnessStart, LaunchedHarness } from "../../core/turns/index.ts";
import { onAbort } from "../../runtime/on-abort.ts";
import type { LaunchContext, LaunchSpec } from "../launch-spec.ts";
import { AcpLaunch } from "./acp-launch.ts";
import { AcpConversation } from "./conversation.ts";
import type { HarnessProcess } from "./process/harness-process.ts";
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
 * Starts the spec's harness and opens the requested conversation, or opens it in the harness that `launchHarness` started. If this fails,
 * leaves no process running and throws `harness_failed` or the error of `sandbox.spawn`.
 */
export async function startConversation(
  options: DriverOptions,
  input: HarnessStart,
  signal: AbortSignal,
): Promise<Conversation> {
  const { spec, log, pace, onClosed } = options;
  const startTimer = options.startTimer ?? realStartTimer;
  if (signal.aborted) throw stopped(spec, signal);
  const asks = input.decidePermission !== null;
  const launched =
    input.launched instanceof AcpLaunch ? input.launched : spawnHarness(options, { ...input, asks });
  launched.connect(input);
  const { process, permissions } = launched;
  return withinStart({ spec, process, startTimer }, signal, async () => {
    if (launched === input.launched) await writeHomeAgain(options, { ...input, asks }, signal);
    const greeting = await launched.initialized();
    const meta = spec.sessionMeta?.(contextOf(options, { ...input, asks }));
    const { displayName, capabilities } = spec;
    const { cwd, conversationId, mcpServers } = input;
    const wishes = decideWishes(spec, input, asks);
    const { mcpTransports } = capabilities;
    const wish = { displayName, cwd, conversationId, wishes, mcpServers, mcpTransports, meta };
    const sessionUpdates = new SessionUpdates();
    sessionUpdates.listenTo(process);
    const session = await openSession({ process, greeting }, wish, log);
    return new AcpConversation({
      ...{ spec, process, session, sessionUpdates, permissions, cwd },
      ...{ startTimer, pace, onClosed },
    });
  });
}

/** Starts the spec's harness without a conversation. If this fails, leaves no process running and throws the errors of `startConversation`. */
export async function launchHarness(
  options: DriverOptions,
  input: HarnessLaunch,
  signal: AbortSignal,
): Promise<LaunchedHarness> {
  const { spec } = options;
  if (signal.aborted) throw stopped(spec, signal);
  const launched = spawnHarness(options, { ...input, cwd: input.sandbox.workspacePath });
  const parts = { spec, process: launched.process, startTimer: options.startTimer ?? realStartTimer };
  await withinStart(parts, signal, () => launched.initialized());
  return launched;
}

/** Kills the harness if the start fails, takes too long or is aborted, and throws an error that explains the reason. */
async function withinStart<T>(
  {
    spec,
    process,
    startTimer,
  }: Pick<DriverOptions, "spec"> & { readonly process: HarnessProcess; readonly startTimer: StartTimer },
  signal: AbortSignal,
  start: () => Promise<T>,
): Promise<T> {
  let isLate = false;
  const stopTimer = startTimer(startLimitMs, () => {
    isLate = true;
    process.kill();
  });
  using _ = onAbort(signal, () => process.kill());
  try {
    return await start();
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

type SpawnInput = HarnessLaunch & Pick<HarnessStart, "cwd">;

function spawnHarness(options: DriverOptions, input: SpawnInput): AcpLaunch {
  const { spec } = options;
  const context = contextOf(options, input);
  const startTimer = options.startTimer ?? realStartTimer;
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
    return new AcpLaunch({ spec, sandbox: input.sandbox, command, startTimer });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("harness_failed", withReason(`${spec.displayName} could not be started`, cause), {
      cause,
    });
  }
}

/**
 * Writes the files that the harness reads from HOME, because programs of the session may have changed them since the harness was launched.
 * Throws `harness_failed` if they cannot be written.
 */
async function writeHomeAgain(
  options: DriverOptions,
  input: HarnessLaunch,
  signal: AbortSignal,
): Promise<void> {
  const { displayName, files, beforeStart } = options.spec;
  if (files === undefined && beforeStart === undefined) return;
  const context = contextOf(options, input);
  const { homePath } = context;
  const argv = prepareHome(["/bin/sh", "-c", ":"], {
    homePath,
    files: files?.(context),
    commands: beforeStart,
  });
  const { stdin, stdout, stderr, exited } = input.sandbox.spawn({ argv, cwd: homePath, env: {} }, signal);
  // A program that has ended closes the pipe. Its exit code explains the failure.
  stdin.on("error", () => {});
  stdin.end();
  stdout.resume();
  stderr.resume();
  const { code } = await exited;
  if (code !== 0)
    throw new AppError("harness_failed", `The settings of ${displayName} could not be written to HOME.`);
}

function contextOf({ nodeBinary, installDir }: DriverOptions, input: HarnessLaunch): LaunchContext {
  const { model, modelFamily, mode, sandbox, instructions, asks } = input;
  const { modelUrl, homePath } = sandbox;
  return { nodeBinary, installDir, homePath, modelUrl, modelFamily, model, mode, asks, instructions };
}
