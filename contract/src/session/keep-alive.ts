import { z } from "zod";
import { timestamp } from "../common.ts";

export const keepAliveBody = z.strictObject({
  minutes: z
    .number()
    .min(0)
    .max(1_440)
    .describe(
      "Minutes from now for which the sandbox waits for the next message. 0 lets an idle sandbox stop immediately.",
    ),
});
export type KeepAliveBody = z.infer<typeof keepAliveBody>;

export const keepAlive = z.strictObject({
  isKept: z.boolean().describe("True if the sandbox is running and waits for the next message."),
  keepAliveUntil: timestamp
    .nullable()
    .describe(
      "Time at which the sandbox stops, or until which it keeps running after the turn. Null if the server's setting applies.",
    ),
});
export type KeepAlive = z.infer<typeof keepAlive>;
