import type {
  MailServer,
  Notification,
  NotificationEvent,
  PartialPreferences,
} from "../../../core/automation/index.ts";
import { boolean, bytes, integer, json, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const notifications = table("notifications", {
  id: uuid,
  organizationId: uuid,
  eventId: uuid,
  sessionId: uuid,
  userId: uuid,
  channel: text.as<Notification["channel"]>(),
  targetId: uuid,
  kind: text.as<Notification["kind"]>(),
  status: text.as<Notification["status"]>(),
  outcome: text.orNull(),
  attempts: integer,
  nextAttemptAt: timestamp.orNull(),
  createdAt: timestamp,
  endedAt: timestamp.orNull(),
});

export const notificationEvents = table(
  "notification_events",
  {
    id: uuid,
    organizationId: uuid,
    sessionId: uuid,
    kind: text.as<NotificationEvent["kind"]>(),
    happenedAt: timestamp,
  },
  ["position"],
);

export const notificationPreferences = table("notification_preferences", {
  userId: uuid,
  preferences: json<PartialPreferences>(),
  updatedAt: timestamp,
});

export const mailServers = table("mail_servers", {
  id: uuid,
  organizationId: uuid,
  host: text,
  port: integer,
  security: text.as<MailServer["security"]>(),
  username: text.orNull(),
  fromAddress: text,
  passwordSetAt: timestamp.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const pushKeys = table("push_keys", {
  id: uuid,
  isOnly: boolean,
  publicKey: text,
  sealedKey: bytes,
  masterKeyId: text,
  createdAt: timestamp,
});

export const pushSubscriptions = table("push_subscriptions", {
  id: uuid,
  userId: uuid,
  createdByKey: uuid,
  endpoint: text,
  p256dh: text,
  auth: text,
  browser: text.orNull(),
  createdAt: timestamp,
});
