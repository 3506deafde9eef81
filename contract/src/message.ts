import { z } from "zod";
import { timestamp, uuid } from "./common.ts";

/** Body of `POST /session/{sessionId}/messages`. Open: unknown fields are ignored. */
export const messageCreateBody = z.object({
  content: z.string().min(1).max(1_000_000),
  jsonContent: z.string().optional(),
  artifactId: uuid.optional(),
  pullRequestId: uuid.optional(),
  mcpServers: z.array(z.string()).optional(),
  agentOptions: z.record(z.string(), z.unknown()).optional(),
  deliveryMode: z.enum(["queue", "steer"]).optional(),
  slashCommand: z.object({ command: z.string().min(1), arguments: z.string().optional() }).optional(),
});
export type MessageCreateBody = z.infer<typeof messageCreateBody>;

export const messageCreateResult = z.strictObject({
  message: z.strictObject({ id: uuid, content: z.string(), createdAt: timestamp, isQueued: z.boolean() }),
  job: z.strictObject({ id: uuid, task: z.string() }).nullable(),
  session: z.strictObject({ id: uuid, title: z.string() }),
});
export type MessageCreateResult = z.infer<typeof messageCreateResult>;
