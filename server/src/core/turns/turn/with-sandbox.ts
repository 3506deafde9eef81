import { runTogether } from "../../../runtime/run-together.ts";
import { AppError } from "../../base/index.ts";
import { appendEvent } from "../../sessions/index.ts";
import type { CallableTools } from "../broker/broker.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";
import { interruptOf } from "./interrupt.ts";
import { measurePhase } from "./measure-phase.ts";
import { noteLfs } from "./note-lfs.ts";
import { type BrokerEndpoints, openBrokerEndpoints } from "./open-broker-endpoints.ts";
import { endWork, type KeptFor, openWarmSandbox } from "./open-warm-sandbox.ts";
import { saveUnfinished, saveWorkspace } from "./saved-workspace/save-workspace.ts";
import { sessionSubmodules } from "./session-submodules.ts";
import { startServices } from "./start-services.ts";
import { installHarness } from "./steps/provision-turn.ts";
import type { TurnContext } from "./turn-context.ts";

export interface SandboxWork<T> {
  /** True in plan mode, in which programs cannot change the workspace. */
  readonly isWorkspaceReadOnly: boolean;
  /** Keeps the sandbox and its programs if the work succeeds: for the session's next turn, or for this turn's next step. */
  readonly keptFor?: KeptFor;
  /** Returns the session's tools for programs in the sandbox. If absent, the programs have no tools. */
  toolsOf?(sandbox: Sandbox): CallableTools;
  /** Performs the work. The signal also aborts when a budget is reached. */
  work(sandbox: Sandbox, endpoints: BrokerEndpoints, signal: AbortSignal, warm: WarmSandbox): Promise<T>;
}

/**
 * Runs `work` in the session's sandbox, with broker endpoints, which are closed afterward. Installs the harness if it
 * is missing. Reuses the session's warm sandbox or opens a new one. Keeps the sandbox if the work succeeded, no limit
 * was reached, and `keptFor` is set or the sandbox was already warm. Otherwise stops it.
 *
 * Saves the session's files after the work, even if it failed, so that another machine can continue from them.
 *
 * If the work fails after a budget or a sandbox limit was reached, throws `budget_reached` or `limit_reached` instead of the work's error.
 */
export async function withSandbox<T>(
  context: TurnContext,
  signal: AbortSignal,
  { isWorkspaceReadOnly, keptFor, toolsOf, work }: SandboxWork<T>,
): Promise<T> {
  const [{ readOnlyPaths }, submodules] = await runTogether(
    [
      (within) => installHarness(context, within),
      (within) => sessionSubmodules(context, within),
      (within) => noteLfs(context, within),
    ],
    signal,
  );
  const request = { readOnlyPaths, isWorkspaceReadOnly, submodules };
  const { warm, wasKept } = await measurePhase(context, "sandbox", (traced) =>
    openWarmSandbox(traced, request, signal),
  );
  const { sandbox } = warm;
  const spent = new AbortController();
  let isDone = false;
  try {
    const endpoints = await openBrokerEndpoints(context, sandbox, {
      submodules,
      tools: toolsOf?.(sandbox) ?? null,
      onBudgetReached: (sentence) => spent.abort(new AppError("budget_reached", sentence)),
    });
    let result: T;
    try {
      const working = AbortSignal.any([signal, spent.signal]);
      await context.ports.store.savedWorkspaces.noteChanges(context.session.id);
      await startServices(context, warm, working);
      result = await work(sandbox, endpoints, working, warm);
      await appendLimit(context, sandbox);
      await saveWorkspace(context, sandbox);
    } catch (cause) {
      if (!isFenced(cause) && !isTakenOver(signal)) await saveUnfinished(context, sandbox);
      signal.throwIfAborted();
      throw explain(cause, sandbox, spent.signal);
    } finally {
      await endpoints.close();
    }
    isDone = sandbox.limitReached() === null;
    return result;
  } finally {
    await endWork(context, warm, isDone ? (keptFor ?? (wasKept ? "nextTurn" : null)) : null);
  }
}

/**
 * Returns the cause of a program's failure. If a budget or limit was reached, returns that error instead of the error
 * with which the program died.
 */
function explain(cause: unknown, sandbox: Sandbox, spent: AbortSignal): unknown {
  if (isFenced(cause)) return cause;
  if (spent.aborted) return spent.reason;
  const limit = sandbox.limitReached();
  return limit === null ? cause : new AppError("limit_reached", limit, { cause });
}

const isTakenOver = (signal: AbortSignal) => interruptOf(signal)?.kind === "takenOver";
const isFenced = (cause: unknown) => cause instanceof AppError && cause.code === "fenced";

/** Appends a notice about a limit that killed a program that the harness started, but not the harness itself. */
async function appendLimit(context: TurnContext, sandbox: Sandbox): Promise<void> {
  const limit = sandbox.limitReached();
  if (limit !== null)
    await appendEvent(context, `limit:${context.lease.attempt}:${limit}`, { type: "notice", message: limit });
}
