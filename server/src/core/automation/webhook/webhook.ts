import type { WebhookEventPattern, WebhookEventType } from "@tembo/contract";

/** A URL that receives an organization's events. The signing secret is stored separately, encrypted. */
export interface Webhook {
  readonly id: string;
  readonly organizationId: string;
  readonly url: string;
  readonly description: string;
  readonly events: readonly WebhookEventPattern[];
  readonly enabledAt: Date | null;
  /** Time at which the webhook was disabled, or null if it is enabled or was never enabled. */
  readonly disabledAt: Date | null;
  /** Reason why the server disabled the webhook, or null if it is enabled or a person disabled it. */
  readonly disabledReason: string | null;
  /** Number of failed attempts since the last successful attempt or since the webhook was enabled. */
  readonly failures: number;
  readonly failingSince: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An event that has no deliveries yet. */
export type OutgoingEvent = {
  readonly id: string;
  readonly organizationId: string;
  readonly type: WebhookEventType;
  /** Status of the session or pull request at the time of the event. */
  readonly status: string;
  readonly happenedAt: Date;
  /** Time of the first failure to render the event, or null if rendering has not failed. */
  readonly failingSince: Date | null;
} & (
  | { readonly sessionId: string; readonly pullRequestId: null }
  | { readonly sessionId: null; readonly pullRequestId: string }
);

export type OutgoingEventType = WebhookEventType | "webhook.test";
export type OutgoingStatus = "pending" | "succeeded" | "failed";

/** Delivery of an event to a webhook. */
export interface OutgoingDelivery {
  readonly id: string;
  readonly organizationId: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: OutgoingEventType;
  /**
   * ID of the session in the body, or null if there is none. A `session.deleted` delivery has none. Purging the session also deletes this delivery.
   */
  readonly sessionId: string | null;
  /** JSON body, which is the same for every attempt. */
  readonly body: string;
  readonly replayOf: string | null;
  readonly status: OutgoingStatus;
  /** Final result as a sentence, or null while the delivery is pending. */
  readonly outcome: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

export interface OutgoingAttempt {
  readonly number: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly responseStatus: number | null;
  /** Beginning of the response body, or null if there was no response. */
  readonly responseBody: string | null;
  /** Error, or null if the attempt succeeded. */
  readonly error: string | null;
}

/** True if a pattern matches the event type. A pattern is a type, `group.*` or `*`. */
export function subscribes(events: readonly WebhookEventPattern[], type: WebhookEventType): boolean {
  const group = type.slice(0, type.indexOf("."));
  return events.some((pattern) => pattern === "*" || pattern === type || pattern === `${group}.*`);
}
