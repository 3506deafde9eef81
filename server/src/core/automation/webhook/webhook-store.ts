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
  /** Returns the webhook and locks its row until the transaction ends. */
  lock(organizationId: string, id: string): Promise<Webhook | null>;
  /** Updates every field except the ID, the organization and the creation time. */
  update(webhook: Webhook): Promise<void>;
  /** Deletes the webhook and its deliveries. */
  delete(organizationId: string, id: string): Promise<void>;
  /** Lists webhooks, newest first. */
  list(organizationId: string, page: CursorPage): Promise<Page<Webhook>>;
  countOthers(organizationId: string, except: string): Promise<number>;
  /**
   * Returns the webhooks to notify of an event that occurred at this time: webhooks that are currently enabled, and
   * webhooks that were disabled after the event.
   */
  listEnabledAt(organizationId: string, happenedAt: Date): Promise<Webhook[]>;
  noteSuccess(id: string): Promise<void>;
  /** Counts a failed attempt. Returns the updated counts, or null if the webhook no longer exists. */
  noteFailure(id: string, at: Date): Promise<Pick<Webhook, "failures" | "failingSince"> | null>;
  /** Disables a webhook. Does nothing if it is already disabled. */
  disable(id: string, reason: string, at: Date): Promise<void>;
}

/**
 * Outgoing events and their deliveries. Database triggers record an event in the transaction that changes a session or pull request, if the
 * organization has an enabled webhook. They record no session events for private sessions. If the organization already has 10,000 queued events, they
 * drop the event and disable the organization's webhooks, with a reason.
 */
export interface OutgoingQueries {
  /** Returns the oldest events that no caller has claimed, followed by postponed events. */
  events(limit: number): Promise<OutgoingEvent[]>;
  /** Claims an event. Returns false if another caller has claimed it. */
  takeEvent(id: string): Promise<boolean>;
  /** Moves an event that currently cannot be rendered to the end of the queue. */
  putOff(id: string, at: Date): Promise<void>;
  /** True if the webhook has at least `bound` pending deliveries. */
  isFull(webhookId: string, bound: number): Promise<boolean>;
  /**
   * Inserts a delivery. Returns false if the webhook already has a delivery for the event and this is not a replay.
   */
  insert(delivery: OutgoingDelivery): Promise<boolean>;
  find(organizationId: string, id: string): Promise<OutgoingDelivery | null>;
  findById(id: string): Promise<OutgoingDelivery | null>;
  /** Returns the delivery and locks its row until the transaction ends. */
  lock(id: string): Promise<OutgoingDelivery | null>;
  /** Saves the attempt and the new state of the delivery. */
  saveAttempt(
    delivery: Pick<OutgoingDelivery, "id" | "status" | "outcome" | "nextAttemptAt" | "endedAt">,
    attempt: OutgoingAttempt,
  ): Promise<void>;
  /** Marks a delivery as failed without another attempt. */
  giveUp(id: string, outcome: string, at: Date): Promise<void>;
  /** Returns the attempts in order. */
  attempts(deliveryId: string): Promise<OutgoingAttempt[]>;
  /** Lists deliveries, newest first. */
  list(
    organizationId: string,
    page: CursorPage & {
      readonly webhookId: string;
      readonly status?: OutgoingStatus;
      readonly eventType?: OutgoingEventType;
    },
  ): Promise<Page<Omit<OutgoingDelivery, "body">>>;
  /** Deletes the deliveries that were created before `at`, and returns their number. */
  deleteBefore(at: Date): Promise<number>;
}
