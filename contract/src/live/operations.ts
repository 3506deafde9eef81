import type { Operation } from "../operation.ts";
import { liveQuery, liveScopeBody, liveTicket } from "./live.ts";

/**
 * Operations for live connections. An authenticated request creates a ticket, which opens one WebSocket at the same
 * path.
 */
export const liveOperations = {
  liveAuthorize: {
    method: "POST",
    path: "/v1/live",
    tier: "v1-latest",
    summary: "Create a ticket for subscriptions",
    description: "The ticket opens one WebSocket at the same path.",
    secretAnswer: "repeatable",
    status: 200,
    response: liveTicket,
  },
  liveConnect: {
    method: "GET",
    path: "/v1/live",
    tier: "v1-latest",
    summary: "Subscribe to session events over a WebSocket",
    query: liveQuery,
    status: 101,
  },
  sessionLiveAuthorize: {
    method: "POST",
    path: "/v1/sessions/live",
    tier: "v1-latest",
    summary: "Create a ticket for a session's changes",
    description: "The ticket opens one WebSocket at the same path.",
    body: liveScopeBody,
    secretAnswer: "repeatable",
    status: 200,
    response: liveTicket,
  },
  sessionLiveConnect: {
    method: "GET",
    path: "/v1/sessions/live",
    tier: "v1-latest",
    summary: "Receive a session's changes over a WebSocket",
    query: liveQuery,
    status: 101,
  },
  messageLiveAuthorize: {
    method: "POST",
    path: "/v1/messages/live",
    tier: "v1-latest",
    summary: "Create a ticket for changes to a session's messages",
    description: "The ticket opens one WebSocket at the same path.",
    body: liveScopeBody,
    secretAnswer: "repeatable",
    status: 200,
    response: liveTicket,
  },
  messageLiveConnect: {
    method: "GET",
    path: "/v1/messages/live",
    tier: "v1-latest",
    summary: "Receive changes to a session's messages over a WebSocket",
    query: liveQuery,
    status: 101,
  },
} as const satisfies Record<string, Operation>;
