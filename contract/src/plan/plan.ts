import { z } from "zod";
import { timestamp, uuid } from "../common.ts";

const content = z.string().min(1).max(200_000);
const artifactId = uuid
  .optional()
  .describe("The plan that was read: with a newer one the request is refused. Left out, it is the newest.");

/** The plan that a session made. An extension of this server: the vendor shows a plan only as an artifact. */
export const plan = z.strictObject({
  artifactId: uuid,
  sessionId: uuid,
  title: z.string(),
  content: z.string().describe("Markdown."),
  state: z.enum(["proposed", "approved", "rejected"]),
  comment: z.string().nullable().describe("Why it was rejected."),
  messageId: uuid.nullable().describe("The message that carries it out, or that sent it back."),
  decidedAt: timestamp.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Plan = z.infer<typeof plan>;

export const planApproveBody = z
  .strictObject({
    artifactId,
    content: content.optional().describe("The edited plan."),
    agent: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe("harness:model[:provider] that carries it out, and works the session from then on."),
  })
  .nullish();
export type PlanApproveBody = z.infer<typeof planApproveBody>;
export const planRejectBody = z.strictObject({
  artifactId,
  comment: z.string().min(1).max(100_000).describe("What to change. The agent writes a new plan."),
});
export type PlanRejectBody = z.infer<typeof planRejectBody>;
export const planUpdateBody = z.strictObject({ artifactId, content });
export type PlanUpdateBody = z.infer<typeof planUpdateBody>;
