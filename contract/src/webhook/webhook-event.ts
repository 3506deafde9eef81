import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { pullRequestListItem, pullRequestStatus } from "../pull-request/pull-request.ts";
import { session } from "../session/session.ts";

export const sessionEventTypes = [
  "session.created",
  "session.queued",
  "session.started",
  "session.permission_requested",
  "session.question_asked",
  "session.plan_proposed",
  "session.completed",
  "session.failed",
  "session.cancelled",
  "session.deleted",
] as const;
export const pullRequestEventTypes = [
  "pull_request.opened",
  "pull_request.updated",
  "pull_request.reviewed",
  "pull_request.checked",
  "pull_request.merged",
  "pull_request.closed",
  "pull_request.reopened",
] as const;

/** Type of the events that `POST /v1/webhooks/{webhookId}/test` sends, regardless of the webhook's subscriptions. */
export const testEventType = "webhook.test";

/** Event types that webhooks can subscribe to. */
export const webhookEventType = z.enum([...sessionEventTypes, ...pullRequestEventTypes]);
export type WebhookEventType = z.infer<typeof webhookEventType>;

/** An event type, or `session.*`, `pull_request.*` or `*`. */
export const webhookEventPattern = z.enum([
  "*",
  "session.*",
  "pull_request.*",
  ...sessionEventTypes,
  ...pullRequestEventTypes,
]);
export type WebhookEventPattern = z.infer<typeof webhookEventPattern>;

/** A pull request as a list item, with the results of its checks. */
export const webhookPullRequest = pullRequestListItem.extend({ checks: pullRequestStatus.shape.checks });
export type WebhookPullRequest = z.infer<typeof webhookPullRequest>;

const at = timestamp.describe("Time of the event.");

/** Body of a webhook request, following Standard Webhooks (https://www.standardwebhooks.com). */
export const webhookPayload = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("session.deleted"),
    timestamp: at,
    data: z.strictObject({ id: uuid }),
  }),
  ...sessionEventTypes
    .filter((type) => type !== "session.deleted")
    .map((type) => z.strictObject({ type: z.literal(type), timestamp: at, data: session })),
  ...pullRequestEventTypes.map((type) =>
    z.strictObject({ type: z.literal(type), timestamp: at, data: webhookPullRequest }),
  ),
  z.strictObject({
    type: z.literal(testEventType),
    timestamp: at,
    data: z.strictObject({ webhookId: uuid }),
  }),
]);
export type WebhookPayload = z.infer<typeof webhookPayload>;
