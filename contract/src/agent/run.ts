import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

/** A run of an agent. `status`: queued, running, completed, failed, cancelled or skipped. */
export const agentRun = z.strictObject({
  id: uuid,
  sessionId: z.string().nullable(),
  status: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
  durationMs: z.int(),
  errorMessage: z.string().nullable(),
});
export type AgentRun = z.infer<typeof agentRun>;

export const agentRunParams = z.object({ agentId: uuid, runId: uuid });
export const agentRunListQuery = cursorQuery;
export const agentRunList = z.strictObject({ items: z.array(agentRun), nextCursor: uuid.nullable() });
export type AgentRunList = z.infer<typeof agentRunList>;

/** The whole body is the payload. Without a body the payload is empty. */
export const agentRunPayload = z.record(z.string(), z.unknown());

/** `jobId` is the ID of the run. */
export const agentRunQueued = z.strictObject({ jobId: uuid, agentId: uuid, status: z.literal("queued") });
export type AgentRunQueued = z.infer<typeof agentRunQueued>;

/** Policy for starts during a run and for pausing after failures. */
export const agentRunPolicy = z.strictObject({
  overlap: z.enum(["parallel", "queue", "skip"]),
  pauseAfterFailures: z.int().min(1).max(100).nullable(),
  pausedAt: timestamp.nullable(),
  pausedReason: z.string().nullable(),
});
export type AgentRunPolicy = z.infer<typeof agentRunPolicy>;
export const agentRunPolicyBody = z.strictObject({
  overlap: agentRunPolicy.shape.overlap.optional(),
  pauseAfterFailures: agentRunPolicy.shape.pauseAfterFailures.optional(),
});
export type AgentRunPolicyBody = z.infer<typeof agentRunPolicyBody>;
