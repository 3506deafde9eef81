import type { NotificationKind } from "@tembo/contract";
import type { User } from "../../accounts/index.ts";
import type { Sealed } from "../../base/index.ts";
import type {
  MailServer,
  Notification,
  NotificationEvent,
  PartialPreferences,
  PushSubscription,
} from "./notification.ts";

/** A person who created the session or sent a message to it, and who is a member of its organization. */
export interface Participant {
  readonly userId: string;
  readonly email: User["email"];
  /** True if the organization has confirmed the address. */
  readonly isEmailVerified: boolean;
  /** Stored preferences, or null for the default ones. */
  readonly preferences: PartialPreferences | null;
  readonly subscriptionIds: readonly string[];
}

/**
 * Notifications, and the events that cause them. Database triggers record an event in the transaction in which a session
 * begins to need a person, or ends, if the organization has a mail server or if there is any push subscription. They drop
 * events of an organization that already has 10,000.
 */
export interface NotificationQueries {
  /** Returns the oldest events that no caller has claimed. */
  events(limit: number): Promise<NotificationEvent[]>;
  /** Claims an event. Returns false if another caller has claimed it. */
  takeEvent(id: string): Promise<boolean>;
  participants(session: { readonly id: string; readonly organizationId: string }): Promise<Participant[]>;
  /** True if the session needs a person for this reason or, for `end`, if it has ended and needs no person. */
  isRelevant(sessionId: string, kind: NotificationKind): Promise<boolean>;
  /** Inserts a notification. Returns false if its event already has one for the target. */
  insert(notification: Notification): Promise<boolean>;
  find(id: string): Promise<Notification | null>;
  /** Returns the notification and locks its row until the transaction ends. */
  lock(id: string): Promise<Notification | null>;
  /** Saves the result of an attempt. */
  save(
    notification: Pick<Notification, "id" | "status" | "outcome" | "attempts" | "nextAttemptAt" | "endedAt">,
  ): Promise<void>;
  /** Returns the last email of the organization that failed, or null if a later one was sent. */
  lastFailedEmail(organizationId: string): Promise<{ readonly reason: string; readonly at: Date } | null>;
  /** Deletes the notifications that were created before `at`, and returns their number. */
  deleteBefore(at: Date): Promise<number>;
  /** Returns the stored preferences, or null if the person has not changed the default ones. */
  preferences(userId: string): Promise<PartialPreferences | null>;
  savePreferences(userId: string, preferences: PartialPreferences, at: Date): Promise<void>;
}

export interface MailServerQueries {
  find(organizationId: string): Promise<MailServer | null>;
  /** Inserts the organization's mail server, or replaces it, except for its ID and creation time. */
  save(server: MailServer): Promise<void>;
  delete(organizationId: string): Promise<void>;
}

export interface PushQueries {
  /** Returns the installation's key pair, or null before it is created. */
  findKeys(): Promise<{ readonly publicKey: string; readonly sealed: Sealed } | null>;
  /** Inserts the key pair, unless there is one. */
  insertKeys(keys: {
    readonly id: string;
    readonly publicKey: string;
    readonly sealed: Sealed;
    readonly createdAt: Date;
  }): Promise<void>;
  find(id: string): Promise<PushSubscription | null>;
  /** Lists a person's subscriptions, newest first. */
  list(userId: string): Promise<PushSubscription[]>;
  /** Inserts a subscription, or replaces the one with the same endpoint. */
  save(subscription: PushSubscription): Promise<void>;
  /** Deletes the person's subscriptions except the newest `count`. */
  keepNewest(userId: string, count: number): Promise<void>;
  delete(id: string): Promise<void>;
}
