import type { Operation } from "../operation.ts";
import { sessionParams } from "../session/session.ts";
import { terminalQuery, terminalTicket } from "./terminal.ts";

/** A shell in the sandbox of a session while the sandbox is up. */
export const terminalOperations = {
  terminalAuthorize: {
    method: "POST",
    path: "/v1/sessions/{sessionId}/terminal",
    tier: "tembo",
    summary: "Make a ticket for a terminal in the session's sandbox",
    params: sessionParams,
    secretAnswer: "repeatable",
    status: 200,
    response: terminalTicket,
  },
  terminalConnect: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/terminal",
    tier: "tembo",
    summary: "WebSocket: a shell in the session's sandbox",
    params: sessionParams,
    query: terminalQuery,
    status: 101,
  },
} as const satisfies Record<string, Operation>;
