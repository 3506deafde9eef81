import { z } from "zod";
import { timestamp, uuid } from "../common.ts";

const content = z.string().min(1).max(200_000);
const artifactId = uuid
  .optional()
  .describe(
    "ID of the plan that the client read. The request fails if there is a newer one. Defaults to the newest plan.",
  );

/** A session's plan. An extension of this server: the vendor returns a plan only as an artifact. */
export const plan = z.strictObject({
  artifactId: uuid,
  sessionId: uuid,
  title: z.string(),
  content: z.string().describe("Markdown."),
  state: z.enum(["proposed", "approved", "rejected"]),
  comment: z.string().nullable().describe("Reason for the rejection."),
  messageId: uuid
    .nullable()
    .describe("ID of the message that carries out the plan, or that requests changes."),
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
      .describe("`harness:model[:provider]` that carries out the plan, and that later messages use."),
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
