import type { Operation } from "../operation.ts";
import { sessionParams } from "../session/session.ts";
import * as message from "./message.ts";

/** Messages to sessions, and the queue of each session. */
export const messageOperations = {
  sessionMessageCreate: {
    method: "POST",
    path: "/session/{sessionId}/messages",
    tier: "documented",
    summary: "Send a message to a session",
    params: sessionParams,
    body: message.messageCreateBody,
    status: 200,
    response: message.messageCreateResult,
  },
  sessionMessageList: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/messages",
    tier: "tembo",
    summary: "List the messages of a session in the order in which they are worked, with their state",
    params: sessionParams,
    query: message.sessionMessageListQuery,
    status: 200,
    response: message.sessionMessageList,
  },
  messageList: {
    method: "GET",
    path: "/v1/messages",
    tier: "v1",
    summary: "List messages, newest first",
    query: message.messageListQuery,
    status: 200,
    response: message.messageList,
  },
  messageCreate: {
    method: "POST",
    path: "/v1/messages",
    tier: "v1",
    summary: "Send a message to a session",
    body: message.messageSendBody,
    status: 201,
    response: message.messageSendResult,
  },
  messageRetrieve: {
    method: "GET",
    path: "/v1/messages/{messageId}",
    tier: "v1",
    summary: "Retrieve a message",
    params: message.messageParams,
    status: 200,
    response: message.message,
  },
  messageUpdate: {
    method: "PATCH",
    path: "/v1/messages/{messageId}",
    tier: "v1",
    summary: "Edit or move a message that waits, or put it into the turn that runs",
    params: message.messageParams,
    body: message.messageUpdateBody,
    status: 200,
    response: message.message,
  },
  messageDelete: {
    method: "DELETE",
    path: "/v1/messages/{messageId}",
    tier: "v1",
    summary: "Delete a message that waits",
    params: message.messageParams,
    status: 200,
    response: message.messageDeleted,
  },
} as const satisfies Record<string, Operation>;
