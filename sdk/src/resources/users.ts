import type { RequestOptions } from "../options.ts";
import type { CursorQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  ConnectedAccount,
  ConnectedAccountList,
  ForgeName,
  ForgeNameBody,
  ForgeNameList,
  User,
  UserDeleteBody,
  UserDeleted,
  UserInvitation,
  UserInvitationBody,
  UserSettings,
  UserSettingsUpdate,
  UserUpdateBody,
} from "../types.ts";
import { UserNotifications, UserPushSubscriptions } from "./notifications.ts";

/** Users of the organization. Users can change only themselves. */
export class UsersResource {
  readonly settings: UserSettingsResource;
  readonly connectedAccounts: UserConnectedAccounts;
  readonly forgeNames: UserForgeNames;
  readonly notifications: UserNotifications;
  readonly pushSubscriptions: UserPushSubscriptions;
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
    this.settings = new UserSettingsResource(transport);
    this.connectedAccounts = new UserConnectedAccounts(transport);
    this.forgeNames = new UserForgeNames(transport);
    this.notifications = new UserNotifications(transport);
    this.pushSubscriptions = new UserPushSubscriptions(transport);
  }

  /** Creates an invitation link, with which a person joins and sets a password. No other response contains the link. */
  invite(body: UserInvitationBody, options?: RequestOptions): APIPromise<UserInvitation> {
    return this.#transport.json({ method: "POST", path: "/v1/users/invitations", body }, options);
  }

  retrieve(userId: string, options?: RequestOptions): APIPromise<User> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/users/${userId}` }, options);
  }

  update(userId: string, body: UserUpdateBody, options?: RequestOptions): APIPromise<User> {
    return this.#transport.json({ method: "PATCH", path: pathOf`/v1/users/${userId}`, body }, options);
  }

  /** Deletes your own account. Your API keys stop working. */
  delete(userId: string, body: UserDeleteBody = {}, options?: RequestOptions): APIPromise<UserDeleted> {
    return this.#transport.json({ method: "DELETE", path: pathOf`/v1/users/${userId}`, body }, options);
  }
}

export class UserSettingsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  retrieve(userId: string, options?: RequestOptions): APIPromise<UserSettings> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/users/${userId}/settings` }, options);
  }

  /** Updates the settings that `body` contains. Other settings remain unchanged. */
  update(userId: string, body: UserSettingsUpdate, options?: RequestOptions): APIPromise<UserSettings> {
    const path = pathOf`/v1/users/${userId}/settings`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }
}

/** Your usernames on the organization's forges, as you entered them. */
export class UserForgeNames {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(userId: string, options?: RequestOptions): APIPromise<ForgeNameList> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/users/${userId}/forge-names` }, options);
  }

  /** Sets or removes your username on a forge. */
  update(
    userId: string,
    integrationId: string,
    body: ForgeNameBody,
    options?: RequestOptions,
  ): APIPromise<ForgeName> {
    const path = pathOf`/v1/users/${userId}/forge-names/${integrationId}`;
    return this.#transport.json({ method: "PUT", path, body }, options);
  }
}

/** Your accounts on the built-in forge. */
export class UserConnectedAccounts {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(
    userId: string,
    query?: CursorQuery | null,
    options?: RequestOptions,
  ): PagePromise<ConnectedAccountList> {
    const path = pathOf`/v1/users/${userId}/connected-accounts`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  retrieve(
    userId: string,
    connectedAccountId: string,
    options?: RequestOptions,
  ): APIPromise<ConnectedAccount> {
    const path = pathOf`/v1/users/${userId}/connected-accounts/${connectedAccountId}`;
    return this.#transport.json({ method: "GET", path }, options);
  }
}
