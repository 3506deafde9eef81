import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { agentInstructions } from "./agent.ts";

/** A version of an agent's instructions. */
export const agentContentRevision = z.strictObject({
  version: z.int().positive(),
  authorId: z.string().nullable(),
  authorName: z.string().nullable(),
  source: z.string(),
  restoredFromVersion: z.int().positive().nullable(),
  createdAt: timestamp,
});
export type AgentContentRevision = z.infer<typeof agentContentRevision>;
export const agentContentRevisionWithInstructions = agentContentRevision.extend({
  instructions: agentInstructions.nullable(),
});
export type AgentContentRevisionWithInstructions = z.infer<typeof agentContentRevisionWithInstructions>;

export const agentContentRevisionListQuery = z.object({
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export const agentContentRevisionList = z.strictObject({
  items: z.array(agentContentRevision),
  nextCursor: z.string().nullable(),
});
export type AgentContentRevisionList = z.infer<typeof agentContentRevisionList>;
export const agentContentRevisionParams = z.object({
  agentId: uuid,
  version: z.coerce.number().int().positive().max(2_147_483_647),
});
export const agentContentRestoreBody = z.strictObject({
  expectedContentVersion: z
    .int()
    .positive()
    .describe(
      "The `contentVersion` value that the client read. If the instructions have changed since, the request fails with 409.",
    ),
});
export type AgentContentRestoreBody = z.infer<typeof agentContentRestoreBody>;
