import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

/** An agent run. `status` is queued, running, completed, failed, cancelled or skipped. */
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

/**
 * Body of a request that starts a run. The whole body is the run's payload. Without a body, the payload is an empty
 * object.
 */
export const agentRunPayload = z.record(z.string(), z.unknown());

/** A queued run. `jobId` is the run's ID. */
export const agentRunQueued = z.strictObject({ jobId: uuid, agentId: uuid, status: z.literal("queued") });
export type AgentRunQueued = z.infer<typeof agentRunQueued>;

/** Policy for overlapping runs and for pausing an agent after failures. */
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
