import { z } from "zod";

/**
 * A ticket for one WebSocket at the same path, with the query `?ticket=`. The ticket works once and expires after 30
 * seconds.
 */
export const terminalTicket = z.strictObject({ ticket: z.string() });
export type TerminalTicket = z.infer<typeof terminalTicket>;

const size = z.int().min(1).max(1_000);

export const terminalQuery = z.object({
  ticket: z.string().min(1),
  rows: z.coerce.number().pipe(size).default(24),
  columns: z.coerce.number().pipe(size).default(80),
});

/**
 * A frame that a client sends to a terminal. A `taken` frame acknowledges a number of characters of `output` that the
 * client has processed. The server sends at most 262,144 unacknowledged characters.
 */
export const terminalClientFrame = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("input"), data: z.string() }),
  z.strictObject({ op: z.literal("resize"), rows: size, columns: size }),
  z.strictObject({ op: z.literal("taken"), characters: z.int().positive() }),
]);
export type TerminalClientFrame = z.infer<typeof terminalClientFrame>;
