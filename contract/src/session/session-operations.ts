import { deleted } from "../common.ts";
import type { Operation } from "../operation.ts";
import * as session from "./session.ts";
import * as list from "./session-list.ts";
import * as write from "./session-write.ts";

/** Operations of the v1 generation that list, create and change sessions. */
export const sessionWriteOperations = {
  sessionSourceList: {
    method: "GET",
    path: "/v1/sessions/sources",
    tier: "v1",
    summary: "List session sources",
    query: list.sessionSourceQuery,
    status: 200,
    response: list.sessionSourceList,
  },
  sessionSourceRetrieve: {
    method: "GET",
    path: "/v1/sessions/sources/{sourceId}",
    tier: "v1",
    summary: "Retrieve a session source",
    params: list.sessionSourceParams,
    status: 200,
    response: write.sessionSource,
  },
  sessionPage: {
    method: "GET",
    path: "/v1/sessions",
    tier: "v1",
    summary: "List or search sessions",
    description: "Lists the latest sessions first. A search returns the best matches first.",
    query: list.sessionPageQuery,
    status: 200,
    response: list.sessionPage,
  },
  sessionMake: {
    method: "POST",
    path: "/v1/sessions",
    tier: "v1",
    summary: "Create a session",
    body: write.sessionMakeBody,
    status: 201,
    response: session.session,
  },
  sessionUpdate: {
    method: "PATCH",
    path: "/v1/sessions/{sessionId}",
    tier: "v1",
    summary: "Update a session",
    params: session.sessionParams,
    body: write.sessionUpdateBody,
    status: 200,
    response: session.session,
  },
  sessionDelete: {
    method: "DELETE",
    path: "/v1/sessions/{sessionId}",
    tier: "v1",
    summary: "Delete a session",
    description: "Also deletes its workspace. Pushed branches remain.",
    params: session.sessionParams,
    status: 200,
    response: deleted,
  },
  sessionFork: {
    method: "POST",
    path: "/v1/sessions/{sessionId}/fork",
    tier: "v1-latest",
    summary: "Fork a session",
    description: "Creates a session that continues from another one.",
    params: session.sessionParams,
    body: write.sessionForkBody,
    status: 201,
    response: session.session,
  },
  sessionInterrupt: {
    method: "POST",
    path: "/v1/sessions/{sessionId}/stop",
    tier: "v1",
    summary: "Stop a session's active work",
    description: "The next message in the queue then starts, unless `cancelQueued` is true.",
    params: session.sessionParams,
    query: write.sessionStopQuery,
    status: 200,
    response: session.stopResult,
  },
} as const satisfies Record<string, Operation>;
