import { z } from "zod";
import { uuid } from "../common.ts";
import { cutText, defineEvent } from "./define-event.ts";

const turn = { turnId: uuid };
const count = z.int().min(0);

/** Events about a turn, from its queueing to its end, and about the cost. */
export const turnEvents = [
  defineEvent("turn.queued", "A turn was queued for a worker.", { ...turn, number: z.int().positive() }),
  defineEvent("turn.started", "A worker started the turn.", { ...turn, number: z.int().positive() }),
  defineEvent("turn.resumed", "Another worker resumed the turn after its worker was lost.", {
    ...turn,
    attempt: z.int().positive().describe("The number of the attempt: 2 for the first resumption."),
  }),
  defineEvent("turn.step", "The turn began its next step.", {
    step: z.enum(["provision", "setUp", "work", "commit", "prePush", "mend", "publish"]),
    message: z.string().describe("Describes the step in a sentence."),
  }),
  defineEvent("turn.completed", "The turn finished its work.", { ...turn, message: z.string() }),
  defineEvent("turn.failed", "The turn failed with an error.", {
    ...turn,
    error: z.strictObject({ code: z.string(), message: z.string() }).readonly(),
  }),
  defineEvent("turn.cancelled", "The turn was stopped.", { ...turn, message: z.string() }),
  defineEvent(
    "turn.metered",
    "The cost of the turn's model requests, by the providers' own counts. The token counts are disjoint: their sum is the total.",
    {
      ...turn,
      requests: count,
      inputTokens: count.describe("Excludes tokens read from or written to a cache."),
      outputTokens: count,
      cachedInputTokens: count.describe("Tokens read from a cache."),
      cacheWriteTokens: count.describe("Tokens written to a cache."),
      costMicroUsd: z
        .number()
        .min(0)
        .describe("Millionths of a US dollar. Requests without a known price count as 0."),
      unpricedRequests: count,
    },
  ),
  defineEvent("goal.checked", "Tembo checked whether the turn reached its goal.", {
    round: z.int().min(0),
    isReached: z.boolean(),
    output: cutText("The end of the check's output, or of the harness's answer."),
  }),
] as const;
