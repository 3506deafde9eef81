import { z } from "zod";
import { queryBoolean, timestamp, uuid } from "./common.ts";
import { sessionParams } from "./session.ts";

export const permissionKind = z.enum([
  "read",
  "edit",
  "delete",
  "move",
  "search",
  "execute",
  "think",
  "fetch",
  "other",
  "leavePlan",
]);
export const permissionDecision = z.enum(["allow", "deny"]);
const rule = z.enum(["allow", "deny", "ask"]);
const rules = z.strictObject({
  read: rule,
  edit: rule,
  delete: rule,
  move: rule,
  search: rule,
  execute: rule,
  think: rule,
  fetch: rule,
  other: rule,
  leavePlan: rule.describe(
    "To carry out a plan that the agent made of its own accord; in plan mode a person approves.",
  ),
});
const timeoutSeconds = z.int().min(1).max(86_400);

/** What an organization says to an agent that asks before it does something. Ours, the vendor has no such thing. */
export const permissionPolicy = z.strictObject({
  rules: rules.describe("By kind of what the agent wants to do; `ask` puts it to a person."),
  timeoutSeconds: timeoutSeconds.describe("How long a person has to answer."),
  onTimeout: permissionDecision.describe("What holds when nobody answered."),
});
export type PermissionPolicy = z.infer<typeof permissionPolicy>;
export const permissionPolicyUpdate = z
  .strictObject({ rules: rules.partial(), timeoutSeconds, onTimeout: permissionDecision })
  .partial()
  .refine((body) => Object.keys(body).length > 0, { message: "Give at least one thing to change" });
export type PermissionPolicyUpdate = z.infer<typeof permissionPolicyUpdate>;

const answeredBy = z.enum(["person", "timeout", "turn"]);

export const permission = z.strictObject({
  id: uuid,
  sessionId: uuid,
  toolCallId: z.string(),
  title: z.string(),
  kind: permissionKind,
  input: z.string().nullable(),
  createdAt: timestamp,
  expiresAt: timestamp,
  answer: z
    .strictObject({
      decision: permissionDecision,
      by: answeredBy,
      comment: z.string().nullable(),
      answeredAt: timestamp,
    })
    .nullable(),
});
export type Permission = z.infer<typeof permission>;

export const askListQuery = z.object({
  open: queryBoolean.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export const permissionList = z.strictObject({ items: z.array(permission) });
export type PermissionList = z.infer<typeof permissionList>;
export const permissionParams = sessionParams.extend({ permissionId: uuid });
export const permissionAnswerBody = z.strictObject({
  decision: permissionDecision,
  comment: z.string().max(10_000).optional(),
});
export type PermissionAnswerBody = z.infer<typeof permissionAnswerBody>;

export const question = z.strictObject({
  id: uuid,
  sessionId: uuid,
  question: z.string(),
  options: z.array(z.string()),
  createdAt: timestamp,
  expiresAt: timestamp,
  answer: z.strictObject({ text: z.string().nullable(), by: answeredBy, answeredAt: timestamp }).nullable(),
});
export type Question = z.infer<typeof question>;
export const questionList = z.strictObject({ items: z.array(question) });
export type QuestionList = z.infer<typeof questionList>;
export const questionParams = sessionParams.extend({ questionId: uuid });
export const questionAnswerBody = z.strictObject({ answer: z.string().min(1).max(100_000) });
export type QuestionAnswerBody = z.infer<typeof questionAnswerBody>;
