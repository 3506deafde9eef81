import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { askedPermissionKinds } from "../permission/permission-kinds.ts";
import { cutText, defineEvent } from "./define-event.ts";

const permission = {
  permissionId: uuid,
  toolCallId: z.string(),
  title: z.string(),
  kind: z.enum(askedPermissionKinds),
};

/** Events about the agent's requests to people, and about the replies. */
export const decisionEvents = [
  defineEvent(
    "permission.requested",
    "The agent requested permission for an action and waits for a person's decision.",
    {
      ...permission,
      input: cutText("The tool's input as JSON.").nullable(),
      expiresAt: timestamp.describe(
        "The time at which the organization's policy decides if no one has answered.",
      ),
    },
  ),
  defineEvent("permission.answered", "A permission request was allowed or denied.", {
    ...permission,
    decision: z.enum(["allow", "deny"]),
    by: z
      .enum(["person", "timeout", "policy", "turn"])
      .describe(
        "`policy`: the organization's policy decided. `turn`: the turn ended before anyone answered.",
      ),
    comment: z.string().nullable(),
    isForSession: z
      .boolean()
      .optional()
      .describe("True if the decision also applies to the session's later requests of this kind."),
    userId: uuid.optional().describe("The user who answered, if `by` is `person`."),
  }),
  defineEvent("question.asked", "The agent asked a person a question and waits for the answer.", {
    questionId: uuid,
    question: z.string(),
    options: z
      .array(z.string())
      .readonly()
      .describe("Answers to choose from. Any other text is also a valid answer."),
    expiresAt: timestamp,
  }),
  defineEvent("question.answered", "The question was answered or closed without an answer.", {
    questionId: uuid,
    answer: z.string().nullable().describe("Null if no one answered."),
    by: z.enum(["person", "timeout", "turn"]),
    userId: uuid.optional().describe("The user who answered, if `by` is `person`."),
  }),
  defineEvent("plan.proposed", "A turn in plan mode ended with a plan to approve or reject.", {
    artifactId: uuid,
    title: z.string(),
  }),
] as const;
