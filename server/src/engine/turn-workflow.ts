import { DBOS } from "@dbos-inc/dbos-sdk";
import type { Ports } from "../core/ports.ts";
import { claimTurn, interruptOf, type StepRunner, type TurnContext, workTurn } from "../core/turns/index.ts";
import type { Release } from "../runtime/release.ts";
import { leaveOpen, orLeaveOpen, retryWhileHeld } from "./retry-while-held.ts";
import type { HeldWork, RunningWork } from "./running-work.ts";
import type { StartGate } from "./start-gate.ts";
import { TimeLimit } from "./time-limit.ts";

export interface TurnWorkerParts {
  readonly ports: Ports;
  readonly running: RunningWork;
  readonly gate: StartGate;
}

/**
 * Runs the workflow of a turn. DBOS records each step as a checkpoint. Claiming the turn again fences off an earlier
 * worker.
 */
export async function runTurn({ ports, running, gate }: TurnWorkerParts, turnId: string): Promise<void> {
  using held = running.hold(turnId);
  using start = await gate.enter(held.signal);
  if (interruptOf(held.signal)?.continuesElsewhere) {
    // The call below never returns, because another worker continues this turn.
    start();
    return leaveOpen(held);
  }
  await orLeaveOpen(ports, held, async () => {
    const context = await retryWhileHeld(ports, held, () => claimTurn(ports, turnId));
    if (context !== null) await workWithinLimit(ports, context, held, start);
  });
}

async function workWithinLimit(
  ports: Ports,
  context: TurnContext,
  held: HeldWork,
  start: Release,
): Promise<void> {
  using limit = new TimeLimit(ports.clock, limitOf(ports, context));
  const runStep: StepRunner = (name, step) => DBOS.runStep(() => retryWhileHeld(ports, held, step), { name });
  await workTurn(
    context,
    {
      stop: held.signal,
      work: AbortSignal.any([held.signal, limit.signal]),
      steering: held.wakeSignal,
      onPrompt: start,
    },
    runStep,
  );
}

/** The time limit starts with the first attempt. */
function limitOf({ clock, settings }: Ports, { turn }: TurnContext): Date {
  const startedAt = turn.state.status === "running" ? turn.state.startedAt : clock.now();
  return new Date(startedAt.getTime() + settings.turnLimitMs);
}
