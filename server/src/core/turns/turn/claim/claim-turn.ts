import { appendEvent, closeAsks } from "../../../sessions/index.ts";
import type { TurnsPorts } from "../../ports.ts";
import { loadTurnContext } from "../load-turn-context.ts";
import { answerThreads } from "../reply/answer-threads.ts";
import { settleTurn } from "../settle-turn.ts";
import { tracePart } from "../trace-part.ts";
import { agentOf, type TurnContext } from "../turn-context.ts";
import { decideClaim } from "./decide-claim.ts";
import { replyAndSettle } from "./reply-and-settle.ts";

/**
 * Claims a turn for this attempt, fences off earlier attempts and records the start. Records services of a lost worker as
 * stopped. Ends the turn and returns null if
 * a stop was requested, if the turn cannot run, or if it has lost too many workers. Also returns null if the turn has
 * already ended.
 */
export async function claimTurn(ports: TurnsPorts, turnId: string): Promise<TurnContext | null> {
  const now = ports.clock.now();
  const turn = await ports.store.turns.claim(turnId, now);
  if (turn === null || turn.state.status !== "running") return null;
  const { attempt } = turn.state;
  const context = await loadTurnContext(ports, turn, attempt);
  if (context.project !== null) await ports.store.services.stopLost(context.lease, now);
  const decision = decideClaim({ attempt, isStopRequested: turn.isStopRequested });
  if (decision === "cancel") {
    await replyAndSettle(context, {
      status: "cancelled",
      message: "Stopped. The work so far remains in the workspace.",
    });
    return null;
  }
  if (decision === "giveUp") {
    await replyAndSettle(context, {
      status: "failed",
      error: {
        code: "worker_lost",
        message: `This turn's worker died ${attempt - 1} times. Check the server's log, then send a message to try again.`,
      },
    });
    return null;
  }
  if (context.problem !== null) {
    const { code, message } = context.problem;
    const { signal } = new AbortController();
    await answerThreads(context, { status: "failed", message, pushed: [] }, signal);
    await settleTurn(context, { status: "failed", error: { code, message } });
    return null;
  }
  await ports.store.sessions.setInProgress(context.lease, now);
  if (attempt === 1) {
    const { createdAt } = turn;
    const waitedMs = now.getTime() - createdAt.getTime();
    ports.measure({ kind: "turnClaimed", harness: agentOf(context).harness, waitedMs });
    tracePart(context, "wait", createdAt);
  }
  // Every attempt appends this event, because the first attempt may have died before it did.
  await appendEvent(context, "started", { type: "turn.started", turnId, number: turn.number });
  if (attempt > 1) {
    await appendEvent(context, `resumed:${attempt}`, { type: "turn.resumed", turnId, attempt });
    await closeEarlierAsks(context);
  }
  return context;
}

/**
 * Closes the open asks of earlier attempts, which ended with their worker. A harness that still needs an answer asks
 * again.
 */
function closeEarlierAsks(context: TurnContext): Promise<void> {
  const { ports, session } = context;
  return ports.store.transaction(async (tx) => {
    await tx.sessions.lock(session.organizationId, session.id);
    await closeAsks(context, tx);
  });
}
