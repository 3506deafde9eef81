import { AppError } from "../../base/index.ts";
import type { Turn } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { replyAndSettle } from "../turn/claim/reply-and-settle.ts";
import { loadTurnContext } from "../turn/load-turn-context.ts";
import type { Ending } from "../turn/settle-turn.ts";
import type { WatchedTurn } from "./watched-turn.ts";

/**
 * Ends an active turn in place of its worker, if `decide` still returns an ending for it. Takes the turn from its worker
 * first, so that nothing else is recorded. Returns false if the turn has ended or continues elsewhere.
 */
export async function endStuckTurn(
  ports: TurnsPorts,
  turnId: string,
  decide: (turn: WatchedTurn) => Ending | null,
): Promise<boolean> {
  const taken = await take(ports, turnId, decide);
  if (taken === null) return false;
  const { turn, ending, attempt } = taken;
  ports.log.warn({ turnId, sessionId: turn.sessionId, ending }, "ending a stuck turn");
  try {
    await replyAndSettle(await loadTurnContext(ports, turn, attempt), ending);
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "fenced") return false;
    throw cause;
  }
  // The worker stops what still runs, if it responds at all.
  await ports.engine.noticeStop(turnId);
  return true;
}

function take(
  { store, clock }: TurnsPorts,
  turnId: string,
  decide: (turn: WatchedTurn) => Ending | null,
): Promise<{ readonly turn: Turn; readonly ending: Ending; readonly attempt: number } | null> {
  return store.transaction(async (tx) => {
    const watched = await tx.turnWatch.lock(turnId);
    const ending = watched === null ? null : decide(watched);
    if (ending === null) return null;
    const turn = await tx.turns.claim(turnId, clock.now());
    if (turn?.state.status !== "running") return null;
    // If this process fails from here on, the next run of the watchdog ends the turn.
    return { turn, ending, attempt: turn.state.attempt };
  });
}
