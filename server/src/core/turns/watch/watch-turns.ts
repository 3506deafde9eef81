import { AppError } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { decideWatch, endMarginMs, waitNoticeMs } from "./decide-watch.ts";
import { endStuckTurn } from "./end-stuck-turn.ts";
import { type LongWait, waitMessages } from "./wait-reason.ts";

/** Maximum number of turns of one run. The next run continues. */
const maxTurns = 100;

/**
 * Ends stuck turns in place of their workers, and records why turns wait for a machine. Continues with the other turns
 * if one cannot be ended, and then throws. Safe to repeat, also concurrently.
 */
export async function watchTurns(
  ports: TurnsPorts,
  signal: AbortSignal,
): Promise<{ readonly ended: number; readonly waiting: number }> {
  const { store, clock, settings } = ports;
  const { turnLimitMs } = settings;
  const startedBefore = new Date(clock.now().getTime() - turnLimitMs - endMarginMs);
  const failures: unknown[] = [];
  let ended = 0;
  for (const turnId of await store.turnWatch.candidates(startedBefore, maxTurns)) {
    signal.throwIfAborted();
    try {
      const decide = (turn: Parameters<typeof decideWatch>[0]) => decideWatch(turn, clock.now(), turnLimitMs);
      if (await endStuckTurn(ports, turnId, decide)) ended += 1;
    } catch (cause) {
      failures.push(cause);
    }
  }
  const waiting = await store.turnWatch.longWaits(waitNoticeMs, maxTurns);
  for (const wait of waiting) await explain(ports, wait);
  if (failures.length > 0)
    throw new AppError(
      "unavailable",
      `The watchdog could not end all stuck turns (failed: ${failures.length}).`,
      {
        cause: failures[0],
      },
    );
  return { ended, waiting: waiting.length };
}

/** Appends the reason to the transcript, once per turn and reason. */
async function explain(
  { store }: TurnsPorts,
  { turnId, sessionId, messageId, reason }: LongWait,
): Promise<void> {
  const data = { type: "notice", message: waitMessages[reason] } as const;
  await store.transaction(async (tx) => {
    // The lock on the session precedes the locks on placements.
    if ((await tx.turnWatch.lock(turnId)) === null) return;
    if (await tx.turnWatch.setShownReason(turnId, reason))
      await tx.events.append(sessionId, null, [{ key: `${turnId}:waits:${reason}`, messageId, data }]);
  });
}
