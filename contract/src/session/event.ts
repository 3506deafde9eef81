import { z } from "zod";
import { timestamp, uuid } from "../common.ts";

/** One numbered fact of a session. `id` counts 1, 2, 3, ... within it and is the SSE event id. */
export const sessionEvent = z.strictObject({
  id: z.int().positive(),
  sessionId: uuid,
  messageId: uuid.nullable(),
  createdAt: timestamp,
  eventType: z.string(),
  provider: z.enum(["anthropic", "openai", "openai_responses", "openai_completions", "tembo"]),
  eventData: z
    .looseObject({ type: z.string().max(100) })
    .describe(
      "Fields depend on `type`. Token counts of `turn.metered` and `usage` are disjoint: `inputTokens` excludes `cachedInputTokens` (read from a cache) and, in `turn.metered`, `cacheWriteTokens` (written to one); their sum is all input. `usage` is the harness's own count, in which `inputTokens` includes cache writes. `turn.metered` is the providers' count of the whole turn: where a turn has both, use this one. `additions`, `deletions` and `changedFiles` of `commit.created` count what changed since the turn's previous `commit.created` on that branch, or since the branch's head when the turn began.",
    ),
});
export type SessionEvent = z.infer<typeof sessionEvent>;

export const sessionEventQuery = z.object({
  cursor: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  messageId: z.union([uuid, z.literal("null")]).optional(),
});
export const sessionEventList = z.strictObject({
  items: z.array(sessionEvent),
  nextCursor: z.string().nullable(),
});
export type SessionEventList = z.infer<typeof sessionEventList>;

/** `Last-Event-ID: 0` replays all; without the header the stream begins with the next event. */
export const sessionEventStreamHeaders = z.object({
  "last-event-id": z.coerce.number().int().min(0).optional(),
});
