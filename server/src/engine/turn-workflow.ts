import { setTimeout as wait } from "node:timers/promises";
import { DBOS } from "@dbos-inc/dbos-sdk";
import { AppError } from "../core/errors.ts";
import type { Ports } from "../core/ports/index.ts";
import { claimTurn } from "../core/turn/claim-turn.ts";
import { interruptOf, TurnInterrupt } from "../core/turn/interrupt.ts";
import type { TurnContext } from "../core/turn/turn-context.ts";
import { type StepRunner, workTurn } from "../core/turn/work-turn.ts";
import type { HeldTurn, RunningTurns } from "./running-turns.ts";

const MAX_RETRY_MS = 30_000;

/** The workflow of one turn. Each of its steps is a checkpoint; claiming it anew is what fences off an earlier worker. */
export async function runTurn(ports: Ports, running: RunningTurns, turnId: string): Promise<void> {
  const held = running.hold(turnId);
  const context = await stubbornly(ports, held, () => claimTurn(ports, turnId));
  if (context !== null) await workWithinLimit(ports, context, held);
  held.release();
}

async function workWithinLimit(ports: Ports, context: TurnContext, held: HeldTurn): Promise<void> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new TurnInterrupt("limit")), remainingMs(ports, context));
  // A turn that is handed back never comes to the end below, and must not keep the process.
  timer.unref();
  const runStep: StepRunner = (name, step) => DBOS.runStep(() => stubbornly(ports, held, step), { name });
  try {
    await workTurn(
      context,
      { stop: held.signal, work: AbortSignal.any([held.signal, limit.signal]) },
      runStep,
    );
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Steps give their failures as values, so what is thrown here is either the turn being taken away, or infrastructure that
 * is away for a while. The first must never be recorded as a result: the step is left open, and whoever holds the turn now
 * repeats it. The second is tried again for as long as this process holds the turn.
 */
async function stubbornly<T>(ports: Ports, held: HeldTurn, step: () => Promise<T>): Promise<T> {
  for (let delayMs = 500; ; delayMs = Math.min(delayMs * 2, MAX_RETRY_MS)) {
    try {
      return await step();
    } catch (cause) {
      if (isTakenAway(cause) || interruptOf(held.signal)?.kind === "handedBack") {
        ports.log.info({ err: cause }, "a turn goes on elsewhere");
        held.release();
        return await new Promise<never>(() => undefined);
      }
      ports.log.error({ err: cause }, "a turn cannot go on at the moment; trying again");
      await wait(delayMs);
    }
  }
}

function isTakenAway(cause: unknown): boolean {
  return (
    (cause instanceof AppError && cause.code === "fenced") ||
    (cause instanceof TurnInterrupt && cause.kind === "handedBack")
  );
}

/** The limit counts from the first attempt on. */
function remainingMs(ports: Ports, { turn }: TurnContext): number {
  const startedAt =
    turn.state.status === "running" ? turn.state.startedAt.getTime() : ports.clock.now().getTime();
  const elapsedMs = ports.clock.now().getTime() - startedAt;
  return Math.max(0, Math.min(ports.settings.turnLimitMs - elapsedMs, 2 ** 31 - 1));
}
