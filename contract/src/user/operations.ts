import type { Operation } from "../operation.ts";
import { userSettings, userSettingsUpdate } from "./settings.ts";
import * as user from "./user.ts";

/** People: whoever shares an organization is seen, and each changes themselves alone. */
export const userOperations = {
  userRetrieve: {
    method: "GET",
    path: "/v1/users/{userId}",
    tier: "v1",
    summary: "Retrieve a person of the organization",
    params: user.userParams,
    status: 200,
    response: user.user,
  },
  userUpdate: {
    method: "PATCH",
    path: "/v1/users/{userId}",
    tier: "v1",
    summary: "Say who one is",
    params: user.userParams,
    body: user.userUpdateBody,
    status: 200,
    response: user.user,
  },
  userDelete: {
    method: "DELETE",
    path: "/v1/users/{userId}",
    tier: "v1",
    summary: "Delete oneself, with one's keys and places in organizations",
    params: user.userParams,
    body: user.userDeleteBody,
    status: 200,
    response: user.userDeleted,
  },
  userConnectedAccountList: {
    method: "GET",
    path: "/v1/users/{userId}/connected-accounts",
    tier: "v1",
    summary: "List who one is on the built-in forge",
    params: user.userParams,
    query: user.connectedAccountListQuery,
    status: 200,
    response: user.connectedAccountList,
  },
  userConnectedAccountRetrieve: {
    method: "GET",
    path: "/v1/users/{userId}/connected-accounts/{connectedAccountId}",
    tier: "v1",
    summary: "Retrieve one account of oneself",
    params: user.connectedAccountParams,
    status: 200,
    response: user.connectedAccount,
  },
  userSettingsRetrieve: {
    method: "GET",
    path: "/v1/users/{userId}/settings",
    tier: "v1-latest",
    summary: "Retrieve one's preferences",
    params: user.userParams,
    status: 200,
    response: userSettings,
  },
  userSettingsUpdate: {
    method: "PATCH",
    path: "/v1/users/{userId}/settings",
    tier: "v1-latest",
    summary: "Lay preferences over one's own",
    params: user.userParams,
    body: userSettingsUpdate,
    status: 200,
    response: userSettings,
  },
} as const satisfies Record<string, Operation>;
