import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { agentOptions } from "./agent.ts";

const anyObject = z.record(z.string(), z.unknown());

/** Body of `POST /agent`. The server ignores unknown fields. */
export const documentedAgentBody = z.object({
  name: z.string(),
  jsonContent: anyObject,
  mcpServers: z.array(z.string()).optional(),
  agent: z.string().optional(),
  agentOptions: agentOptions.optional(),
  triggers: z
    .array(
      z.object({ name: z.string(), integrationId: z.string().optional(), filters: anyObject.optional() }),
    )
    .optional(),
  schedules: z.array(z.object({ cron: z.string() })).optional(),
});
export type DocumentedAgentBody = z.infer<typeof documentedAgentBody>;

/** An agent in the shape of the documented generation. */
export const documentedAgent = z.object({
  id: uuid,
  name: z.string(),
  key: z.string().nullable(),
  jsonContent: anyObject.nullable(),
  agent: z.string().nullable(),
  mcpServers: z.array(z.string()),
  organizationId: uuid,
  enabledAt: timestamp.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type DocumentedAgent = z.infer<typeof documentedAgent>;

export const agentTriggerRunParams = z.object({
  keyOrId: z.string().min(1).max(200).describe("The agent's ID or key."),
});
export const agentTriggerRunQuery = z.object({
  apiKey: z
    .string()
    .optional()
    .describe("The API key, for senders that cannot set an `Authorization` header."),
});

/** A queued run, in the job shape of the documented generation. `id` is the run's ID. */
export const agentRunJob = z.object({
  id: uuid,
  task: z.literal("run_agent"),
  status: z.literal("pending"),
  priority: z.int(),
  createdAt: timestamp,
  updatedAt: timestamp,
  data: z.object({
    agentId: uuid,
    type: z.literal("trigger"),
    triggerName: z.literal("webhook"),
    payload: z.object({ eventPayload: anyObject }),
  }),
  metadata: anyObject,
  visibleAt: timestamp,
  startedAt: z.null(),
  completedAt: z.null(),
  cancelledAt: z.null(),
  heartbeatAt: z.null(),
  readCount: z.int().min(0),
  durationMs: z.null(),
  failReason: z.null(),
  organizationId: uuid,
});
export type AgentRunJob = z.infer<typeof agentRunJob>;
