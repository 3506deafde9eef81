import { z } from "zod";

export const sessionWireQuery = z.object({
  turn: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe("Number of a turn. Defaults to all turns."),
});
export type SessionWireQuery = z.infer<typeof sessionWireQuery>;

const at = z.string().describe("ISO 8601, with milliseconds.");

/**
 * A record of the protocol log, which is newline-delimited JSON. Each recording starts with a `begin` record. The lines
 * of the Agent Client Protocol (agentclientprotocol.com) follow in order of arrival. A `dropped` record contains the
 * number of omitted lines.
 */
export const wireRecord = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("begin"),
    at,
    turnId: z.string(),
    turnNumber: z.number().int(),
    attempt: z.number().int(),
    messageId: z.string(),
    harness: z.string(),
    model: z.string(),
    mode: z.enum(["build", "plan"]),
    cwd: z.string(),
    conversationId: z.string().nullable(),
  }),
  z.strictObject({
    type: z.literal("line"),
    at,
    direction: z.enum(["toHarness", "fromHarness"]),
    text: z.string(),
  }),
  z.strictObject({ type: z.literal("dropped"), at, lines: z.number().int() }),
]);
export type WireRecord = z.infer<typeof wireRecord>;
