import { DBOS } from "@dbos-inc/dbos-sdk";
import type { Ports } from "../core/ports.ts";
import {
  claimTurn,
  type StepRunner,
  type TurnContext,
  TurnInterrupt,
  workTurn,
} from "../core/turns/index.ts";
import { leaveOpen, orLeaveOpen, retryWhileHeld } from "./retry-while-held.ts";
import type { HeldWork, RunningWork } from "./running-work.ts";

export interface TurnWorkerParts {
  readonly ports: Ports;
  readonly running: RunningWork;
}

/**
 * Runs the workflow of a turn. DBOS records each step as a checkpoint. Claiming the turn again fences off an earlier
 * worker.
 */
export async function runTurn({ ports, running }: TurnWorkerParts, turnId: string): Promise<void> {
  using held = running.hold(turnId);
  // The turn was dispatched to a worker that is stopping, so another worker has to claim it.
  if (held.signal.aborted) return leaveOpen(held);
  await orLeaveOpen(ports, held, async () => {
    const context = await retryWhileHeld(ports, held, () => claimTurn(ports, turnId));
    if (context !== null) await workWithinLimit(ports, context, held);
  });
}

async function workWithinLimit(ports: Ports, context: TurnContext, held: HeldWork): Promise<void> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new TurnInterrupt("limit")), remainingMs(ports, context));
  // A turn that is handed back never clears this timer, which must not keep the process running.
  timer.unref();
  const runStep: StepRunner = (name, step) => DBOS.runStep(() => retryWhileHeld(ports, held, step), { name });
  try {
    await workTurn(
      context,
      { stop: held.signal, work: AbortSignal.any([held.signal, limit.signal]), steering: held.wakeSignal },
      runStep,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Returns the turn's remaining time. The time limit starts with the first attempt. */
function remainingMs(ports: Ports, { turn }: TurnContext): number {
  const startedAt =
    turn.state.status === "running" ? turn.state.startedAt.getTime() : ports.clock.now().getTime();
  const elapsedMs = ports.clock.now().getTime() - startedAt;
  return Math.max(0, Math.min(ports.settings.turnLimitMs - elapsedMs, 2 ** 31 - 1));
}
