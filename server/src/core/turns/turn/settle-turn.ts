import type { UsageTotal } from "../../accounts/index.ts";
import {
  closeAsks,
  type EventData,
  isEnded,
  sessionStatusOf,
  startNextTurn,
  type TurnError,
  turnEvent,
} from "../../sessions/index.ts";
import { turnSpan } from "./trace-part.ts";
import { turnAttributes } from "./turn-attributes.ts";
import { agentOf, senderFields, type TurnContext } from "./turn-context.ts";

export type Ending =
  | { readonly status: "completed" | "cancelled"; readonly message: string }
  | { readonly status: "failed"; readonly error: TurnError };

/**
 * Ends the turn, closes its open asks, returns its unsent steering messages to the queue, and enqueues a turn for the
 * next message, in one transaction. Has no effect if the turn has already ended. Throws `fenced` if another attempt
 * holds the turn.
 */
export async function settleTurn(context: TurnContext, outcome: Ending): Promise<void> {
  const { ports, session, turn, lease } = context;
  const ending = context.masker.maskDeep(outcome);
  const ended = await ports.store.transaction(async (tx) => {
    await tx.sessions.lock(session.organizationId, session.id);
    const current = await tx.turns.find(turn.id);
    if (current === null || isEnded(current.state.status)) return null;
    const now = ports.clock.now();
    await closeAsks(context, tx);
    const usage = await tx.usage.ofTurn(turn.id);
    await tx.events.append(session.id, lease, [
      ...(usage.requests === 0
        ? []
        : [turnEvent(context, "metered", { type: "turn.metered", turnId: turn.id, ...usage })]),
      turnEvent(context, "ended", endEvent(turn.id, ending)),
    ]);
    await tx.turns.end(lease, ending, now);
    await tx.sessions.setStatus(session.id, sessionStatusOf(ending.status), now);
    await tx.messages.releaseSteering(turn.id);
    await startNextTurn(ports, tx, session);
    const startedAt = current.state.status === "running" ? current.state.startedAt : now;
    return { usage, durationMs: now.getTime() - startedAt.getTime() };
  });
  if (ended !== null) report(context, ending, ended);
}

/** Logs the end of a turn with its cost, and measures and traces it. */
function report(
  context: TurnContext,
  ending: Ending,
  { usage, durationMs }: { readonly usage: UsageTotal; readonly durationMs: number },
): void {
  const { log, measure, trace, clock } = context.ports;
  const { status } = ending;
  const agent = agentOf(context);
  const code = status === "failed" ? ending.error.code : null;
  log.info(
    { ...senderFields(context), ...agent, status, durationMs, ...usage, ...(code !== null && { code }) },
    "a turn ended",
  );
  trace({
    ...turnSpan(context.turn.id, context.message),
    ...{ name: "turn", kind: "internal", startedAt: context.turn.createdAt, endedAt: clock.now() },
    errorCode: code,
    attributes: turnAttributes(context, { status, usage }),
  });
  measure({ kind: "turnEnded", harness: agent.harness, status, durationMs });
  if (code === "turn_limit") measure({ kind: "limitReached", limit: "time" });
}

function endEvent(turnId: string, ending: Ending): EventData {
  switch (ending.status) {
    case "failed":
      return { type: "turn.failed", turnId, error: ending.error };
    case "completed":
      return { type: "turn.completed", turnId, message: ending.message };
    case "cancelled":
      return { type: "turn.cancelled", turnId, message: ending.message };
  }
}
