import { requireHarness } from "../../access/index.ts";
import { AppError } from "../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import type { Waiting } from "./change-queued.ts";
import { placeSteering } from "./decide-order.ts";
import { messageMoved } from "./message-moved.ts";
import { requireCommand } from "./require-command.ts";

/**
 * Changes a queued message to a steering message. A message that already has a turn is next in the queue, so its
 * position does not change. Returns the ID of the running turn to notify, or null if there is none. Throws
 * `invalid_input` if the message selects an agent, or a command that the harness does not have.
 */
export async function steerQueued(
  ports: Pick<SessionsPorts, "clock" | "harnesses">,
  tx: SessionsTransaction,
  { session, message }: Waiting,
  changeId: string,
): Promise<{ readonly steersTurnId: string | null }> {
  const busy = await tx.turns.active(session.id);
  const steersTurnId = busy?.state.status === "running" ? busy.id : null;
  if (message.delivery.mode === "steer") return { steersTurnId };
  if (message.agent !== null) {
    throw new AppError(
      "invalid_input",
      `Message ${message.id} specifies an agent, so it requires a separate turn. To steer the running turn, send another message without "agent".`,
    );
  }
  if (message.slashCommand !== null) {
    const harness = requireHarness(session.harness, ports.harnesses.list());
    await requireCommand(tx, session.id, message.slashCommand, harness);
  }
  await tx.messages.steer(message.id, ports.clock.now());
  if (message.turnId !== null) return { steersTurnId: null };
  const waiting = await tx.messages.queued(session.id);
  const order = placeSteering(waiting, message.id);
  if (order.some((id, index) => id !== waiting[index]?.id)) {
    await tx.messages.setOrder(session.id, order);
    await tx.events.append(session.id, null, [messageMoved(message.id, order, changeId)]);
  }
  return { steersTurnId };
}
