import type { Operation } from "../operation.ts";
import { sessionParams } from "../session/session.ts";
import { terminalQuery, terminalTicket } from "./terminal.ts";

/** Operations for a shell in a session's sandbox. The sandbox must be running. */
export const terminalOperations = {
  terminalAuthorize: {
    method: "POST",
    path: "/v1/sessions/{sessionId}/terminal",
    tier: "tembo",
    summary: "Create a ticket for a terminal in the session's sandbox",
    description: "The ticket opens one WebSocket at the same path.",
    params: sessionParams,
    secretAnswer: "repeatable",
    status: 200,
    response: terminalTicket,
  },
  terminalConnect: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/terminal",
    tier: "tembo",
    summary: "Open a terminal in the session's sandbox over a WebSocket",
    params: sessionParams,
    query: terminalQuery,
    status: 101,
  },
} as const satisfies Record<string, Operation>;
