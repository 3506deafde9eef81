import type { Operation } from "../operation.ts";
import { liveQuery, liveScopeBody, liveTicket } from "./live.ts";

/** Live connections. A request with the API key creates a ticket, which opens the WebSocket at the same path. */
export const liveOperations = {
  liveAuthorize: {
    method: "POST",
    path: "/v1/live",
    tier: "v1-latest",
    summary: "Make a ticket for a connection with subscriptions",
    secretAnswer: "repeatable",
    status: 200,
    response: liveTicket,
  },
  liveConnect: {
    method: "GET",
    path: "/v1/live",
    tier: "v1-latest",
    summary: "WebSocket: subscribe to the events of sessions",
    query: liveQuery,
    status: 101,
  },
  sessionLiveAuthorize: {
    method: "POST",
    path: "/v1/sessions/live",
    tier: "v1-latest",
    summary: "Make a ticket for the changes of a session",
    body: liveScopeBody,
    secretAnswer: "repeatable",
    status: 200,
    response: liveTicket,
  },
  sessionLiveConnect: {
    method: "GET",
    path: "/v1/sessions/live",
    tier: "v1-latest",
    summary: "WebSocket: hear that a session has changed",
    query: liveQuery,
    status: 101,
  },
  messageLiveAuthorize: {
    method: "POST",
    path: "/v1/messages/live",
    tier: "v1-latest",
    summary: "Make a ticket for the changes of a session's messages",
    body: liveScopeBody,
    secretAnswer: "repeatable",
    status: 200,
    response: liveTicket,
  },
  messageLiveConnect: {
    method: "GET",
    path: "/v1/messages/live",
    tier: "v1-latest",
    summary: "WebSocket: hear that a message of a session has changed",
    query: liveQuery,
    status: 101,
  },
} as const satisfies Record<string, Operation>;
