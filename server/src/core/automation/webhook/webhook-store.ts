import type { CursorPage, Page } from "../../base/index.ts";
import type {
  OutgoingAttempt,
  OutgoingDelivery,
  OutgoingEvent,
  OutgoingEventType,
  OutgoingStatus,
  Webhook,
} from "./webhook.ts";

export interface WebhookQueries {
  insert(webhook: Webhook): Promise<void>;
  find(organizationId: string, id: string): Promise<Webhook | null>;
  /** And holds the row until the transaction ends. */
  lock(organizationId: string, id: string): Promise<Webhook | null>;
  /** Replaces everything but id, organization and creation. */
  update(webhook: Webhook): Promise<void>;
  /** With its deliveries. */
  delete(organizationId: string, id: string): Promise<void>;
  /** Newest first. */
  list(organizationId: string, page: CursorPage): Promise<Page<Webhook>>;
  countOthers(organizationId: string, except: string): Promise<number>;
  /** Of what happened then: those that are enabled, and those that were disabled since. */
  toTell(organizationId: string, happenedAt: Date): Promise<Webhook[]>;
  noteSuccess(id: string): Promise<void>;
  /** What the failures come to; null when it is gone. */
  noteFailure(id: string, at: Date): Promise<Pick<Webhook, "failures" | "failingSince"> | null>;
  /** Nothing for one that is disabled already. */
  disable(id: string, reason: string, at: Date): Promise<void>;
}

/**
 * What happened, as the database notes it in the transaction in which it did (sessions and pull requests of organizations that have an
 * enabled webhook; no private sessions), and what webhooks are told of it. Of one organization 10,000 events wait at most: one more
 * disables its webhooks, with the reason.
 */
export interface OutgoingQueries {
  /** The oldest that nobody has taken; behind them those that were put off. */
  events(limit: number): Promise<OutgoingEvent[]>;
  /** False when another one took it. */
  takeEvent(id: string): Promise<boolean>;
  /** Behind all others, as it cannot be told now. */
  putOff(id: string, at: Date): Promise<void>;
  /** Whether so many deliveries of the webhook wait, or more. */
  isFull(webhookId: string, bound: number): Promise<boolean>;
  /** False when the webhook has been told of the event, unless this is a replay. */
  insert(delivery: OutgoingDelivery): Promise<boolean>;
  find(organizationId: string, id: string): Promise<OutgoingDelivery | null>;
  get(id: string): Promise<OutgoingDelivery | null>;
  /** And holds the row until the transaction ends. */
  lock(id: string): Promise<OutgoingDelivery | null>;
  /** Keeps the attempt, and what the delivery comes to. */
  saveAttempt(
    delivery: Pick<OutgoingDelivery, "id" | "status" | "outcome" | "nextAttemptAt" | "endedAt">,
    attempt: OutgoingAttempt,
  ): Promise<void>;
  /** Without an attempt. */
  giveUp(id: string, outcome: string, at: Date): Promise<void>;
  /** In order. */
  attempts(deliveryId: string): Promise<OutgoingAttempt[]>;
  /** Newest first. */
  list(
    organizationId: string,
    page: CursorPage & {
      readonly webhookId: string;
      readonly status?: OutgoingStatus;
      readonly eventType?: OutgoingEventType;
    },
  ): Promise<Page<Omit<OutgoingDelivery, "body">>>;
  /** Those that were made before. */
  deleteBefore(at: Date): Promise<number>;
}
