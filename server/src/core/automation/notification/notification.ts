import type { NotificationChannel, NotificationKind, QuietHours } from "@tembo/contract";

/** Notifications that a person wants to receive, on every channel. They apply in all of the person's organizations. */
export interface NotificationPreferences {
  readonly email: Readonly<Record<NotificationKind, boolean>>;
  readonly push: Readonly<Record<NotificationKind, boolean>>;
  readonly quietHours: QuietHours | null;
}

/** Parts of preferences. The other parts have their defaults. */
export interface PartialPreferences {
  readonly email?: Partial<NotificationPreferences["email"]>;
  readonly push?: Partial<NotificationPreferences["push"]>;
  readonly quietHours?: QuietHours | null;
}

/** Reason to notify people of a session, which the database recorded with the change. */
export interface NotificationEvent {
  readonly id: string;
  readonly organizationId: string;
  readonly sessionId: string;
  readonly kind: NotificationKind;
  readonly happenedAt: Date;
}

export type NotificationStatus = "pending" | "sent" | "skipped" | "failed";

/** An event for one person, on one channel. */
export interface Notification {
  readonly id: string;
  readonly organizationId: string;
  readonly eventId: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly channel: NotificationChannel;
  /** ID of the push subscription or, for email, of the person. */
  readonly targetId: string;
  readonly kind: NotificationKind;
  readonly status: NotificationStatus;
  /** Final result as a sentence, or null while the notification is pending. */
  readonly outcome: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** A browser that shows a person's notifications. */
export interface PushSubscription {
  readonly id: string;
  readonly userId: string;
  /** API key or sign-in that created the subscription, which is of no use once that ends. */
  readonly createdByKey: string;
  readonly endpoint: string;
  /** Public key of the browser, as base64url. */
  readonly p256dh: string;
  /** Secret that the browser shares with the sender, as base64url. */
  readonly auth: string;
  readonly browser: string | null;
  readonly createdAt: Date;
}

/** SMTP server that sends an organization's notifications. Its password is stored separately, encrypted. */
export interface MailServer {
  readonly id: string;
  readonly organizationId: string;
  readonly host: string;
  readonly port: number;
  readonly security: "tls" | "startTls" | "none";
  readonly username: string | null;
  readonly fromAddress: string;
  readonly passwordSetAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
