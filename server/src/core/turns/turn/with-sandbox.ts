import { AppError } from "../../base/index.ts";
import { appendEvent } from "../../sessions/index.ts";
import type { CallableTools } from "../broker/broker.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";
import { noteLfs } from "./note-lfs.ts";
import { type BrokerEndpoints, openBrokerEndpoints } from "./open-broker-endpoints.ts";
import { endWork, openWarmSandbox } from "./open-warm-sandbox.ts";
import { sessionSubmodules } from "./session-submodules.ts";
import { installHarness } from "./steps/provision-turn.ts";
import type { TurnContext } from "./turn-context.ts";

export interface SandboxWork<T> {
  /** Plan mode: nothing in the workspace can be changed. */
  readonly isWorkspaceReadOnly: boolean;
  /** Sandbox and harness stay up after, for the session's next turn, when the work succeeds. */
  readonly isKept?: boolean;
  /** The session's own tools, for programs in the sandbox; without it there are none. */
  toolsOf?(sandbox: Sandbox): CallableTools;
  /** The signal also ends the work when a budget is reached. */
  work(sandbox: Sandbox, endpoints: BrokerEndpoints, signal: AbortSignal, machine: WarmSandbox): Promise<T>;
}

/**
 * Opens the session's sandbox with its doors for the time of `work`, or takes the one that was kept. The doors close after; the
 * sandbox stops unless it is kept, and always when work failed.
 * Throws `budget_reached`, or `limit_reached` when work failed in a sandbox that ran into a limit.
 */
export async function withSandbox<T>(
  context: TurnContext,
  signal: AbortSignal,
  { isWorkspaceReadOnly, isKept = false, toolsOf, work }: SandboxWork<T>,
): Promise<T> {
  const [{ readOnlyPaths }, submodules] = await Promise.all([
    installHarness(context, signal),
    sessionSubmodules(context, signal),
    noteLfs(context, signal),
  ]);
  const { machine, wasKept } = await openWarmSandbox(context, {
    readOnlyPaths,
    isWorkspaceReadOnly,
    submodules,
  });
  const { sandbox } = machine;
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
      result = await work(sandbox, endpoints, AbortSignal.any([signal, spent.signal]), machine);
      await tellLimit(context, sandbox);
    } catch (cause) {
      signal.throwIfAborted();
      throw explain(cause, sandbox, spent.signal);
    } finally {
      await endpoints.close();
    }
    isDone = sandbox.limitReached() === null;
    return result;
  } finally {
    await endWork(context, machine, isDone && (isKept || wasKept));
  }
}

/** What lies behind the failure of a program: what it ran into, rather than how it died. */
function explain(cause: unknown, sandbox: Sandbox, spent: AbortSignal): unknown {
  if (cause instanceof AppError && cause.code === "fenced") return cause;
  if (spent.aborted) return spent.reason;
  const limit = sandbox.limitReached();
  return limit === null ? cause : new AppError("limit_reached", limit, { cause });
}

/** The harness lived on, but something it started did not. */
async function tellLimit(context: TurnContext, sandbox: Sandbox): Promise<void> {
  const limit = sandbox.limitReached();
  if (limit !== null)
    await appendEvent(context, `limit:${context.lease.attempt}:${limit}`, { type: "notice", message: limit });
}
