import type { WebhookEventPattern, WebhookEventType } from "@tembo/contract";

/** An address that is told of an organization's events. What signs its requests is sealed apart. */
export interface Webhook {
  readonly id: string;
  readonly organizationId: string;
  readonly url: string;
  readonly description: string;
  readonly events: readonly WebhookEventPattern[];
  readonly enabledAt: Date | null;
  /** Null while it is enabled, and before it ever was. */
  readonly disabledAt: Date | null;
  /** Why it was disabled, when no person did that. */
  readonly disabledReason: string | null;
  /** Attempts that failed since the last that succeeded. */
  readonly failures: number;
  readonly failingSince: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Something happened, and no webhook has been told yet. */
export type OutgoingEvent = {
  readonly id: string;
  readonly organizationId: string;
  readonly type: WebhookEventType;
  /** Of what it happened to, as it was then. */
  readonly status: string;
  readonly happenedAt: Date;
  /** Since when it cannot be told. */
  readonly failingSince: Date | null;
} & (
  | { readonly sessionId: string; readonly pullRequestId: null }
  | { readonly sessionId: null; readonly pullRequestId: string }
);

export type OutgoingEventType = WebhookEventType | "webhook.test";
export type OutgoingStatus = "pending" | "succeeded" | "failed";

/** One event, as one webhook is told it. */
export interface OutgoingDelivery {
  readonly id: string;
  readonly organizationId: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: OutgoingEventType;
  /** The session that the body tells of; when that is purged, so is this. */
  readonly sessionId: string | null;
  /** JSON, as every attempt sends it. */
  readonly body: string;
  readonly replayOf: string | null;
  readonly status: OutgoingStatus;
  /** Why there is no further attempt. */
  readonly outcome: string | null;
  /** Made so far. */
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
  /** Its beginning. */
  readonly responseBody: string | null;
  /** Null when it succeeded. */
  readonly error: string | null;
}

/** Whether one of the patterns names the type: itself, `group.*` or `*`. */
export function subscribes(events: readonly WebhookEventPattern[], type: WebhookEventType): boolean {
  const group = type.slice(0, type.indexOf("."));
  return events.some((pattern) => pattern === "*" || pattern === type || pattern === `${group}.*`);
}
