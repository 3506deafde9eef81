import { z } from "zod";
import { uuid } from "../common.ts";

/**
 * A ticket for one WebSocket at the same path, with the query `?ticket=`. The ticket works once and expires after 30
 * seconds.
 */
export const liveTicket = z.strictObject({ ticket: z.string() });
export type LiveTicket = z.infer<typeof liveTicket>;

export const liveScopeBody = z.strictObject({ scope: z.strictObject({ sessionId: uuid }) });

export const liveQuery = z.object({ ticket: z.string().min(1) });

/** Name that the client chooses for a subscription. The server's frames for the subscription contain this name. */
const subscriptionId = z.string().min(1).max(200);

/** A frame that a client sends on `/v1/live`. The server accepts the `resource` `sessions.events` or `sessions.changes`. */
export const liveClientFrame = z.discriminatedUnion("op", [
  z.strictObject({
    op: z.literal("subscribe"),
    id: subscriptionId,
    resource: z.string().max(200),
    input: z.looseObject({}),
  }),
  z.strictObject({ op: z.literal("unsubscribe"), id: subscriptionId }),
]);
export type LiveClientFrame = z.infer<typeof liveClientFrame>;

/**
 * Input of a subscription to `sessions.events`. `lastEventId: 0` replays all events. Without `lastEventId`, the subscription starts with the
 * next event, like a stream without `Last-Event-ID`.
 */
export const sessionEventsInput = z.strictObject({
  scope: z.strictObject({ sessionId: uuid }),
  lastEventId: z.int().min(0).optional(),
});

/** Input of a subscription to `sessions.changes`, which covers all sessions that the key may see. */
export const sessionChangesInput = z.strictObject({});
