import { AppError, reason } from "../../base/index.ts";
import { appendEvent } from "../../sessions/index.ts";
import { publishPreview } from "../preview/publish-preview.ts";
import type { TurnContext } from "./turn-context.ts";

/**
 * Publishes the ports that a dev container forwards. Only the first turn of a session does this, so that a port which a
 * person removed later does not return. Does nothing without a preview domain. Ports beyond the limit only cause a notice.
 */
export async function publishForwardedPorts(
  context: TurnContext,
  forwarded: readonly number[],
): Promise<void> {
  const { ports, session, turn, message, lease } = context;
  if (turn.number > 1 || ports.settings.previewDomain === null) return;
  const place = {
    ...{ organizationId: session.organizationId, sessionId: session.id },
    ...{ lease, messageId: message.id },
  };
  try {
    for (const port of forwarded) await publishPreview(ports, place, { port, name: null });
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== "conflict") throw cause;
    await appendEvent(context, `forwardedPorts:${lease.attempt}`, {
      type: "notice",
      message: `Not all ports that the dev container forwards are published. ${reason(cause)}`,
    });
  }
}
