import { deleted } from "../common.ts";
import type { Operation } from "../operation.ts";
import { organizationParams } from "../organization/organization.ts";
import { userParams } from "../user/user.ts";
import * as mail from "./mail-server.ts";
import * as notification from "./notification.ts";

const own = { tier: "tembo", params: userParams } as const;
const server = {
  path: "/v1/organizations/{organizationId}/mail-server",
  tier: "tembo",
  params: organizationParams,
} as const;

/** Operations on notifications, which inform people that a session needs them or has ended. */
export const notificationOperations = {
  userNotificationsRetrieve: {
    ...own,
    method: "GET",
    path: "/v1/users/{userId}/notifications",
    summary: "Retrieve your notification settings",
    status: 200,
    response: notification.notificationSettings,
  },
  userNotificationsUpdate: {
    ...own,
    method: "PATCH",
    path: "/v1/users/{userId}/notifications",
    summary: "Update your notification settings",
    description: "Changes only the given fields. They apply in all of your organizations.",
    body: notification.notificationSettingsUpdate,
    status: 200,
    response: notification.notificationSettings,
  },
  userNotificationsTest: {
    ...own,
    method: "POST",
    path: "/v1/users/{userId}/notifications/test",
    summary: "Send a test notification to yourself",
    description:
      "Sends it now, regardless of your settings and quiet hours, and returns the error if it fails.",
    body: notification.notificationTestBody,
    status: 200,
    response: notification.notificationTest,
  },
  userPushSubscriptionList: {
    ...own,
    method: "GET",
    path: "/v1/users/{userId}/push-subscriptions",
    summary: "List your browsers that show notifications",
    status: 200,
    response: notification.pushSubscriptionList,
  },
  userPushSubscriptionCreate: {
    ...own,
    method: "POST",
    path: "/v1/users/{userId}/push-subscriptions",
    summary: "Register a browser for notifications",
    description:
      "Replaces an earlier registration of the same endpoint. The registration ends when the API key or sign-in that created it does.",
    body: notification.pushSubscriptionCreateBody,
    status: 201,
    response: notification.pushSubscription,
  },
  userPushSubscriptionDelete: {
    method: "DELETE",
    path: "/v1/users/{userId}/push-subscriptions/{pushSubscriptionId}",
    tier: "tembo",
    params: notification.pushSubscriptionParams,
    summary: "Remove a browser from notifications",
    status: 200,
    response: deleted,
  },
  organizationMailServerRetrieve: {
    ...server,
    method: "GET",
    summary: "Retrieve the organization's mail server",
    status: 200,
    response: mail.mailServerAnswer,
  },
  organizationMailServerUpdate: {
    ...server,
    method: "PUT",
    summary: "Set the organization's mail server",
    description: "Does not connect to the server. Send a test notification to check the settings.",
    body: mail.mailServerBody,
    status: 200,
    response: mail.mailServerAnswer,
  },
  organizationMailServerDelete: {
    ...server,
    method: "DELETE",
    summary: "Delete the organization's mail server",
    description: "Also deletes its password. Pending emails are not sent.",
    status: 200,
    response: mail.mailServerDeleted,
  },
} as const satisfies Record<string, Operation>;
