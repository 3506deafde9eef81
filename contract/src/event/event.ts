import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { eventData } from "./event-data.ts";

/**
 * A session event. `id` counts up from 1 within a session and is also the SSE event ID. `eventType` equals
 * `eventData.type`.
 */
export const sessionEvent = z.strictObject({
  id: z.int().positive(),
  sessionId: uuid,
  messageId: uuid.nullable(),
  createdAt: timestamp,
  eventType: z.string(),
  provider: z.enum(["anthropic", "openai", "openai_responses", "openai_completions", "tembo"]),
  eventData,
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

/** `Last-Event-ID: 0` replays all events. Without the header, the stream starts with the next event. */
export const sessionEventStreamHeaders = z.object({
  "last-event-id": z.coerce.number().int().min(0).optional(),
});
