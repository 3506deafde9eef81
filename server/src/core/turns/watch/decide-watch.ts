import { minuteMs } from "../../base/index.ts";
import type { Ending } from "../turn/settle-turn.ts";
import type { WatchedTurn } from "./watched-turn.ts";

/** Time after which the watchdog ends a turn whose worker has not followed a stop request. */
export const stopLimitMs = 5 * minuteMs;
/**
 * Time that a turn has to save its work after its time limit. The worker enforces the time limit itself. If the turn is
 * still running after this time, its worker is stuck.
 */
export const endMarginMs = 60 * minuteMs;
/** Time after which the watchdog places a turn again that its machine has not started. */
export const startLimitMs = 2 * minuteMs;
/** Waiting time after which the transcript shows why a turn waits for a machine. */
export const waitNoticeMs = minuteMs;

/** Returns how the watchdog ends a stuck turn, or null if the turn still has time. Pure. */
export function decideWatch(turn: WatchedTurn, now: Date, turnLimitMs: number): Ending | null {
  const { startedAt, stopRequestedAt, place } = turn;
  const msSince = (at: Date) => now.getTime() - at.getTime();
  // A machine has as much time as its predecessor had, also after an absence.
  const hadTime = (ms: number) => place.kind !== "placed" || place.forMs >= ms;
  if (stopRequestedAt !== null && place.kind === "waiting")
    return cancelled(
      "Stopped while the turn waited for a machine. The work so far remains in the workspace.",
    );
  if (stopRequestedAt !== null && msSince(stopRequestedAt) >= stopLimitMs && hadTime(stopLimitMs))
    return cancelled(
      "Stopped. The worker did not respond within 5 minutes, so the newest changes may not be saved.",
    );
  if (startedAt === null || place.kind === "waiting") return null;
  if (msSince(startedAt) < turnLimitMs + endMarginMs || !hadTime(endMarginMs)) return null;
  return {
    status: "failed",
    error: {
      code: "turn_limit",
      message:
        "The turn passed its time limit (TEMBO_TURN_LIMIT_MINUTES) by more than an hour, because its worker does not respond. The newest changes may not be saved. Send a message to continue.",
    },
  };
}

const cancelled = (message: string): Ending => ({ status: "cancelled", message });
