import { z } from "zod";
import { timestamp, uuid } from "../common.ts";

/**
 * Kinds of notifications. The first four mean that a session needs a person: it waits for a permission, for an answer or
 * for a decision about its plan, or it has failed. `end` means that a session has completed its work.
 */
export const notificationKind = z.enum(["permission", "question", "plan", "failure", "end"]);
export type NotificationKind = z.infer<typeof notificationKind>;

/** Ways to reach a person. `push` is Web Push, which shows a notification in a browser. */
export const notificationChannel = z.enum(["email", "push"]);
export type NotificationChannel = z.infer<typeof notificationChannel>;

const flags = z.strictObject({
  permission: z.boolean(),
  question: z.boolean(),
  plan: z.boolean(),
  failure: z.boolean(),
  end: z.boolean(),
} satisfies Record<NotificationKind, z.ZodBoolean>);

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { message: "Enter a time from 00:00 to 23:59" });

/** True if this machine knows the IANA time zone. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    // The constructor throws only for an unknown time zone.
    return false;
  }
}

/** Daily period in which nothing is sent. If `to` is before `from`, the period ends on the next day. */
export const quietHours = z
  .strictObject({
    from: timeOfDay,
    to: timeOfDay,
    timeZone: z
      .string()
      .max(100)
      .refine(isTimeZone, { message: "Enter an IANA time zone, such as Europe/Paris" })
      .describe("IANA time zone, such as `Europe/Paris`."),
  })
  .refine(({ from, to }) => from !== to, { message: "The start and the end must differ", path: ["to"] });
export type QuietHours = z.infer<typeof quietHours>;

/** Notifications that a person wants to receive, and whether each channel can reach the person. */
export const notificationSettings = z.strictObject({
  email: flags.describe("Kinds of notifications to send by email."),
  push: flags.describe("Kinds of notifications to show in the browsers that are registered for Web Push."),
  quietHours: quietHours
    .nullable()
    .describe("Notifications in this period are sent at its end, if they are still relevant. Null for none."),
  emailProblem: z
    .string()
    .nullable()
    .describe("Why no email can be sent to you, and what to change. Null if email works."),
});
export type NotificationSettings = z.infer<typeof notificationSettings>;

export const notificationSettingsUpdate = z
  .strictObject({
    email: flags.partial(),
    push: flags.partial(),
    quietHours: quietHours.nullable(),
  })
  .partial()
  .refine((body) => Object.keys(body).length > 0, { message: "Send at least one field to change" });
export type NotificationSettingsUpdate = z.infer<typeof notificationSettingsUpdate>;

export const notificationTestBody = z.strictObject({ channel: notificationChannel });
export type NotificationTestBody = z.infer<typeof notificationTestBody>;
export const notificationTest = z.strictObject({
  sentTo: z.array(z.string()).describe("Email address, or names of the browsers, that received the test."),
});
export type NotificationTest = z.infer<typeof notificationTest>;

/** A browser that shows notifications. Its endpoint and keys are never returned. */
export const pushSubscription = z.strictObject({
  id: uuid,
  browser: z.string().nullable().describe("The browser's `User-Agent` header."),
  isCurrent: z
    .boolean()
    .describe("True if the subscription was created with the credential of this request."),
  createdAt: timestamp,
});
export type PushSubscription = z.infer<typeof pushSubscription>;

const keyBytes = (name: string, bytes: number) =>
  z
    .string()
    .max(200)
    .regex(/^[\w-]+={0,2}$/, { message: `The key ${name} must be base64url` })
    .describe(`${bytes} bytes as base64url, from \`PushSubscription.getKey("${name}")\` of the browser.`);

export const pushSubscriptionCreateBody = z.strictObject({
  endpoint: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .describe("URL at the browser's push service."),
  keys: z.strictObject({ p256dh: keyBytes("p256dh", 65), auth: keyBytes("auth", 16) }),
});
export type PushSubscriptionCreateBody = z.infer<typeof pushSubscriptionCreateBody>;

export const pushSubscriptionList = z.strictObject({
  publicKey: z
    .string()
    .describe("VAPID public key of this installation, which the browser needs to subscribe, as base64url."),
  items: z.array(pushSubscription),
});
export type PushSubscriptionList = z.infer<typeof pushSubscriptionList>;
export const pushSubscriptionParams = z.object({ userId: uuid, pushSubscriptionId: uuid });
