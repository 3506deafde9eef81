import { AppError, minuteMs } from "../../../base/index.ts";
import type { TurnsPorts } from "../../ports.ts";
import type { RecalledWish } from "../../waiting-harness/waiting-harnesses.ts";
import { loadTurnContext } from "../load-turn-context.ts";
import { findWaitingWish } from "./waiting-wish.ts";

/** Maximum number of sessions that are looked at. */
const maxSessions = 20;
const limitMs = minuteMs;

/**
 * Returns the harnesses that could have waited for the last sessions of this machine since this time, the oldest first. The
 * sessions' present settings count, as for their next turn.
 */
export async function recallWishes(ports: TurnsPorts, since: Date): Promise<RecalledWish[]> {
  const { store, settings, sandboxes } = ports;
  if (!sandboxes.movesWorkspaces) return [];
  const signal = AbortSignal.timeout(limitMs);
  const recalled: RecalledWish[] = [];
  for (const { turnId, createdAt } of await store.savedWorkspaces.listFirstTurns(
    settings.machineId,
    since,
    maxSessions,
  )) {
    const found = await wishOf(ports, turnId, signal);
    if (found !== null) recalled.unshift({ wish: found, usedAt: createdAt });
  }
  return recalled;
}

/** Returns null for a session that cannot start again, for example because its organization was deleted. */
async function wishOf(ports: TurnsPorts, turnId: string, signal: AbortSignal) {
  const turn = await ports.store.turns.find(turnId);
  if (turn === null) return null;
  try {
    const context = await loadTurnContext(ports, turn, 0);
    const harness = ports.harnesses.list().find(({ name }) => name === context.session.harness);
    if (context.problem !== null || harness?.isInstalled !== true) return null;
    return (await findWaitingWish(context, signal))?.wish ?? null;
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code === "unavailable") throw cause;
    return null;
  }
}
