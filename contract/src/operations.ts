import * as apiKey from "./api-key.ts";
import { decisionOperations } from "./decision-operations.ts";
import { deliveryOperations } from "./delivery-operations.ts";
import * as event from "./event.ts";
import { integrationOperations } from "./integration-operations.ts";
import { keepAliveOperations } from "./keep-alive.ts";
import { mcpOperations } from "./mcp-operations.ts";
import { me } from "./me.ts";
import { messageOperations } from "./message-operations.ts";
import { modelOperations } from "./model-operations.ts";
import type { Operation } from "./operation.ts";
import { organizationOperations } from "./organization-operations.ts";
import * as pullRequest from "./pull-request.ts";
import * as repository from "./repository.ts";
import * as session from "./session.ts";
import { skillOperations } from "./skill-operations.ts";
import * as wire from "./wire.ts";

const sessionCreate = {
  method: "POST",
  path: "/session/create",
  tier: "documented",
  summary: "Create a session",
  body: session.sessionCreateBody,
  status: 200,
  response: session.legacySession,
} as const satisfies Operation;

const sessionList = {
  method: "GET",
  path: "/session/list",
  tier: "documented",
  summary: "List sessions, newest first",
  query: session.sessionListQuery,
  status: 200,
  response: session.sessionList,
} as const satisfies Operation;

const sessionSearch = {
  method: "GET",
  path: "/session/search",
  tier: "documented",
  summary: "Search sessions by title and description",
  query: session.sessionSearchQuery,
  status: 200,
  response: session.sessionSearch,
} as const satisfies Operation;

/** Every operation the server answers, at `/` and at `/api/public-api/`. */
export const operations = {
  sessionCreate,
  sessionList,
  sessionSearch,
  sessionStop: {
    method: "POST",
    path: "/session/{sessionId}/stop",
    tier: "documented",
    summary: "Stop the active work of a session",
    params: session.sessionParams,
    status: 200,
    response: session.stopResult,
  },
  ...keepAliveOperations,
  taskCreate: { ...sessionCreate, path: "/task/create", tier: "npm-0.2.3" },
  taskList: { ...sessionList, path: "/task/list", tier: "npm-0.2.3", response: session.taskList },
  taskSearch: { ...sessionSearch, path: "/task/search", tier: "npm-0.2.3", response: session.taskSearch },
  legacyRepositoryList: {
    method: "GET",
    path: "/repository/list",
    tier: "documented",
    summary: "List enabled repositories",
    status: 200,
    response: repository.legacyRepositoryList,
  },
  me: {
    method: "GET",
    path: "/me",
    tier: "npm-0.2.3",
    summary: "Whose key it is",
    status: 200,
    response: me,
  },
  sessionRetrieve: {
    method: "GET",
    path: "/v1/sessions/{sessionId}",
    tier: "v1",
    summary: "Retrieve a session",
    params: session.sessionParams,
    status: 200,
    response: session.session,
  },
  sessionEventList: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/events",
    tier: "v1",
    summary: "List the recorded events of a session, oldest first",
    params: session.sessionParams,
    query: event.sessionEventQuery,
    status: 200,
    response: event.sessionEventList,
  },
  sessionEventStream: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/events/stream",
    tier: "v1",
    summary: "Follow the events of a session as server-sent events",
    params: session.sessionParams,
    headers: event.sessionEventStreamHeaders,
    status: 200,
  },
  sessionWire: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/wire",
    tier: "tembo",
    summary: "What a session's harness and its driver said to each other, as newline-delimited JSON",
    params: session.sessionParams,
    query: wire.sessionWireQuery,
    status: 200,
  },
  sessionDiffList: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/diffs",
    tier: "v1",
    summary: "List the diffs of a session, one per repository",
    params: session.sessionParams,
    query: session.sessionDiffQuery,
    status: 200,
    response: session.sessionDiffList,
  },
  sessionDiffRetrieve: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/diffs/{diffId}",
    tier: "v1",
    summary: "Retrieve a diff with its patch",
    params: session.sessionDiffParams,
    status: 200,
    response: session.sessionDiffWithData,
  },
  pullRequestList: {
    method: "GET",
    path: "/v1/pull-requests",
    tier: "v1",
    summary: "List pull requests, newest first",
    query: pullRequest.pullRequestListQuery,
    status: 200,
    response: pullRequest.pullRequestList,
  },
  pullRequestRetrieve: {
    method: "GET",
    path: "/v1/pull-requests/{pullRequestId}",
    tier: "v1",
    summary: "Retrieve a pull request with its patch",
    params: pullRequest.pullRequestParams,
    status: 200,
    response: pullRequest.pullRequest,
  },
  pullRequestStatus: {
    method: "GET",
    path: "/v1/pull-requests/{pullRequestId}/status",
    tier: "tembo",
    summary: "Retrieve what stands between a pull request and its merge",
    params: pullRequest.pullRequestParams,
    status: 200,
    response: pullRequest.pullRequestStatus,
  },
  repositoryList: {
    method: "GET",
    path: "/v1/repositories",
    tier: "v1",
    summary: "List enabled repositories",
    query: repository.repositoryListQuery,
    status: 200,
    response: repository.repositoryList,
  },
  repositoryRetrieve: {
    method: "GET",
    path: "/v1/repositories/{repositoryId}",
    tier: "v1",
    summary: "Retrieve a repository",
    params: repository.repositoryParams,
    status: 200,
    response: repository.repository,
  },
  repositoryCreate: {
    method: "POST",
    path: "/v1/repositories",
    tier: "tembo",
    summary: "Create an empty repository on the local forge",
    body: repository.repositoryCreateBody,
    status: 201,
    response: repository.repository,
  },
  repositoryUpdate: {
    method: "PATCH",
    path: "/v1/repositories/{repositoryId}",
    tier: "tembo",
    summary: "Enable or disable a repository, or change how it is worked on",
    params: repository.repositoryParams,
    body: repository.repositoryUpdateBody,
    status: 200,
    response: repository.repository,
  },
  apiKeyList: {
    method: "GET",
    path: "/v1/api-keys",
    tier: "v1",
    summary: "List API keys",
    query: apiKey.apiKeyListQuery,
    status: 200,
    response: apiKey.apiKeyList,
  },
  apiKeyCreate: {
    method: "POST",
    path: "/v1/api-keys",
    tier: "v1",
    summary: "Create an API key; its token is shown once",
    body: apiKey.apiKeyCreateBody,
    status: 201,
    response: apiKey.apiKeyWithToken,
  },
  apiKeyDelete: {
    method: "DELETE",
    path: "/v1/api-keys/{apiKeyId}",
    tier: "v1",
    summary: "Revoke an API key",
    params: apiKey.apiKeyParams,
    status: 200,
    response: apiKey.deleted,
  },
  ...messageOperations,
  ...integrationOperations,
  ...modelOperations,
  ...organizationOperations,
  ...deliveryOperations,
  ...skillOperations,
  ...mcpOperations,
  ...decisionOperations,
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;
