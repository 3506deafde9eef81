import { AppError, reason } from "../../base/index.ts";
import { turnEvent } from "../../sessions/index.ts";
import { publishWithin } from "../preview/publish-preview.ts";
import type { TurnContext } from "./turn-context.ts";

/**
 * Publishes the ports that a dev container forwards. A session does this once, as its record states, so that a port which a
 * person removed later does not return. Publishes either all ports or none. Throws `fenced` if it would publish
 * and the attempt has lost the turn. Does nothing without a preview domain. Ports beyond the limit only cause a notice.
 */
export async function publishForwardedPorts(
  context: TurnContext,
  forwarded: readonly number[],
): Promise<void> {
  const { session, message, lease } = context;
  const { store, clock, settings } = context.ports;
  if (forwarded.length === 0 || settings.previewDomain === null) return;
  const place = {
    ...{ organizationId: session.organizationId, sessionId: session.id },
    ...{ lease, messageId: message.id },
  };
  await store.transaction(async (tx) => {
    if (!(await tx.sessions.markForwardsPublished(lease))) return;
    try {
      for (const port of forwarded) await publishWithin({ store: tx, clock }, place, { port, name: null });
    } catch (cause) {
      if (!(cause instanceof AppError) || cause.code !== "conflict") throw cause;
      const sentence = `Not all ports that the dev container forwards are published. ${reason(cause)}`;
      const notice = turnEvent(context, "forwardedPorts", { type: "notice", message: sentence });
      await tx.events.append(session.id, lease, [notice]);
    }
  });
}
