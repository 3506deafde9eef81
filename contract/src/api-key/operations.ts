import { deleted } from "../common.ts";
import type { Operation } from "../operation.ts";
import * as apiKey from "./api-key.ts";

export const apiKeyOperations = {
  apiKeyList: {
    method: "GET",
    path: "/v1/api-keys",
    tier: "v1",
    summary: "List API keys",
    description: "Admins see all of the organization's keys. Members see their own keys.",
    query: apiKey.apiKeyListQuery,
    status: 200,
    response: apiKey.apiKeyList,
  },
  apiKeyCreate: {
    method: "POST",
    path: "/v1/api-keys",
    tier: "v1",
    summary: "Create an API key",
    description: "The response contains the token, which is shown only once.",
    body: apiKey.apiKeyCreateBody,
    secretAnswer: "shownOnce",
    status: 201,
    response: apiKey.apiKeyWithToken,
  },
  apiKeyRetrieve: {
    method: "GET",
    path: "/v1/api-keys/{apiKeyId}",
    tier: "v1",
    summary: "Retrieve an API key",
    description: "The response does not contain the token.",
    params: apiKey.apiKeyParams,
    status: 200,
    response: apiKey.apiKey,
  },
  apiKeyUpdate: {
    method: "PATCH",
    path: "/v1/api-keys/{apiKeyId}",
    tier: "v1",
    summary: "Rename an API key",
    params: apiKey.apiKeyParams,
    body: apiKey.apiKeyUpdateBody,
    status: 200,
    response: apiKey.apiKey,
  },
  apiKeyDelete: {
    method: "DELETE",
    path: "/v1/api-keys/{apiKeyId}",
    tier: "v1",
    summary: "Revoke an API key",
    params: apiKey.apiKeyParams,
    status: 200,
    response: deleted,
  },
} as const satisfies Record<string, Operation>;
