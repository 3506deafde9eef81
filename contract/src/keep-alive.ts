import { z } from "zod";
import { timestamp } from "./common.ts";
import type { Operation } from "./operation.ts";
import { sessionParams } from "./session.ts";

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

export const keepAliveOperations = {
  sessionKeepAlive: {
    method: "POST",
    path: "/v1/sessions/{sessionId}/keep-alive",
    tier: "tembo",
    summary: "Say how long the session's sandbox stays up for the next message",
    params: sessionParams,
    body: keepAliveBody,
    status: 200,
    response: keepAlive,
  },
  sessionKeepAliveRetrieve: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/keep-alive",
    tier: "tembo",
    summary: "Tell whether the session's sandbox is up",
    params: sessionParams,
    status: 200,
    response: keepAlive,
  },
} as const satisfies Record<string, Operation>;
