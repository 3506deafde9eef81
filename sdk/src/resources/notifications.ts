import type { RequestOptions } from "../options.ts";
import type { APIPromise } from "../request/api-promise.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  Deleted,
  MailServerAnswer,
  MailServerBody,
  MailServerDeleted,
  NotificationSettings,
  NotificationSettingsUpdate,
  NotificationTest,
  NotificationTestBody,
  PushSubscription,
  PushSubscriptionCreateBody,
  PushSubscriptionList,
} from "../types.ts";

/** Your notifications of sessions that need you or have ended. */
export class UserNotifications {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  retrieve(userId: string, options?: RequestOptions): APIPromise<NotificationSettings> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/users/${userId}/notifications` }, options);
  }

  /** Updates the settings that `body` contains. Other settings remain unchanged. */
  update(
    userId: string,
    body: NotificationSettingsUpdate,
    options?: RequestOptions,
  ): APIPromise<NotificationSettings> {
    const path = pathOf`/v1/users/${userId}/notifications`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }

  /** Sends a test notification to yourself now. Fails with the reason if it cannot be sent. */
  test(userId: string, body: NotificationTestBody, options?: RequestOptions): APIPromise<NotificationTest> {
    const path = pathOf`/v1/users/${userId}/notifications/test`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }
}

/** Your browsers that show notifications. */
export class UserPushSubscriptions {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(userId: string, options?: RequestOptions): APIPromise<PushSubscriptionList> {
    const path = pathOf`/v1/users/${userId}/push-subscriptions`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  create(
    userId: string,
    body: PushSubscriptionCreateBody,
    options?: RequestOptions,
  ): APIPromise<PushSubscription> {
    const path = pathOf`/v1/users/${userId}/push-subscriptions`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }

  delete(userId: string, pushSubscriptionId: string, options?: RequestOptions): APIPromise<Deleted> {
    const path = pathOf`/v1/users/${userId}/push-subscriptions/${pushSubscriptionId}`;
    return this.#transport.json({ method: "DELETE", path }, options);
  }
}

/** The SMTP server that sends an organization's notifications. */
export class OrganizationMailServer {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  retrieve(organizationId: string, options?: RequestOptions): APIPromise<MailServerAnswer> {
    const path = pathOf`/v1/organizations/${organizationId}/mail-server`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Sets the mail server. Without `password`, the stored one remains if it was entered for the same server. */
  update(
    organizationId: string,
    body: MailServerBody,
    options?: RequestOptions,
  ): APIPromise<MailServerAnswer> {
    const path = pathOf`/v1/organizations/${organizationId}/mail-server`;
    return this.#transport.json({ method: "PUT", path, body }, options);
  }

  delete(organizationId: string, options?: RequestOptions): APIPromise<MailServerDeleted> {
    const path = pathOf`/v1/organizations/${organizationId}/mail-server`;
    return this.#transport.json({ method: "DELETE", path }, options);
  }
}
