import type { NotificationChannel, NotificationKind } from "@tembo/contract";
import type { Notification, NotificationPreferences } from "./notification.ts";
import type { Participant } from "./notification-store.ts";
import { completePreferences } from "./preferences.ts";
import { quietUntil } from "./quiet-until.ts";

/** A person to notify on one channel, not before this time. */
export type PlannedNotification = Pick<Notification, "userId" | "channel" | "targetId"> & {
  readonly notBefore: Date;
};

export type SendDecision =
  | { readonly kind: "send" }
  | { readonly kind: "later"; readonly at: Date }
  /** The person does not want this notification. */
  | { readonly kind: "off" };

/** Decides whether to send a notification on a channel now. Pure. */
export function decideSending(
  { channel, kind }: { readonly channel: NotificationChannel; readonly kind: NotificationKind },
  preferences: NotificationPreferences,
  now: Date,
): SendDecision {
  if (!preferences[channel][kind]) return { kind: "off" };
  const at = preferences.quietHours && quietUntil(preferences.quietHours, now);
  return at === null ? { kind: "send" } : { kind: "later", at };
}

/**
 * Decides whom to notify of an event, on which channels, and when. Email requires a mail server and a confirmed address.
 * A person receives one notification in each registered browser. Pure.
 */
export function decideNotifications(
  kind: NotificationKind,
  people: readonly Participant[],
  { hasMailServer, now }: { readonly hasMailServer: boolean; readonly now: Date },
): PlannedNotification[] {
  return people.flatMap(({ userId, email, isEmailVerified, preferences, subscriptionIds }) => {
    const complete = completePreferences(preferences);
    const targets = [
      ...(hasMailServer && email !== null && isEmailVerified
        ? [{ channel: "email", targetId: userId } as const]
        : []),
      ...subscriptionIds.map((targetId) => ({ channel: "push", targetId }) as const),
    ];
    return targets.flatMap((target) => {
      const decision = decideSending({ ...target, kind }, complete, now);
      if (decision.kind === "off") return [];
      return [{ userId, ...target, notBefore: decision.kind === "later" ? decision.at : now }];
    });
  });
}
