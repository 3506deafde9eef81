import { z } from "zod";
import { timestamp } from "../common.ts";

export const keepAliveBody = z.strictObject({
  minutes: z
    .number()
    .min(0)
    .max(1_440)
    .describe(
      "How long from now the sandbox stays up for the next message; 0 lets an idle one stop at once.",
    ),
});
export type KeepAliveBody = z.infer<typeof keepAliveBody>;

export const keepAlive = z.strictObject({
  isKept: z.boolean().describe("The sandbox is up and waits for the next message."),
  keepAliveUntil: timestamp
    .nullable()
    .describe("When it stops, or until when it stays up after the turn; null: as the server is set."),
});
export type KeepAlive = z.infer<typeof keepAlive>;
