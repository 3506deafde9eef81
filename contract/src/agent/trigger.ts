import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

const filters = z.record(z.string(), z.unknown());
const name = z.string().min(1).max(200).describe("Name of a trigger from `GET /v1/integrations/triggers`.");

export const agentTrigger = z.strictObject({
  id: uuid,
  agentId: uuid,
  triggerName: z.string(),
  triggerDisplayName: z.string().min(1).max(200),
  integrationId: uuid.nullable(),
  integrationType: z.string().nullable(),
  filters,
  enabledAt: timestamp.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type AgentTrigger = z.infer<typeof agentTrigger>;

export const agentTriggerCreateBody = z.strictObject({
  name,
  integrationType: z.string().min(1).max(100).optional(),
  integrationId: uuid
    .optional()
    .describe(
      "Limits the trigger to this integration. If omitted, events from every integration that supports the trigger start the agent.",
    ),
  filters: filters.optional(),
});
export type AgentTriggerCreateBody = z.infer<typeof agentTriggerCreateBody>;
export const agentTriggerUpdateBody = z.strictObject({
  name,
  integrationId: uuid
    .nullish()
    .describe(
      "Limits the trigger to this integration. Null removes the limit. If omitted, the value does not change.",
    ),
  filters: filters.optional(),
});
export type AgentTriggerUpdateBody = z.infer<typeof agentTriggerUpdateBody>;

export const agentTriggerParams = z.object({ agentId: uuid, triggerId: uuid });
export const agentTriggerListQuery = cursorQuery;
export const agentTriggerList = z.strictObject({ items: z.array(agentTrigger), nextCursor: uuid.nullable() });
export type AgentTriggerList = z.infer<typeof agentTriggerList>;
