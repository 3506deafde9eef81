import {
  type MessageCreateBody,
  type MessageSendBody,
  type MessageSendResult,
  type MessageUpdateBody,
  operations,
} from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { expandMessage, expandWords } from "../../../core/automation/index.ts";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import {
  deleteMessage,
  getMessage,
  type MessageChange,
  type SentMessage,
  sendMessage,
  updateMessage,
} from "../../../core/sessions/index.ts";
import { getPathSession } from "../../admission/require-visible.ts";
import { route, sendingRoute } from "../../route.ts";
import { inlineIdOf } from "../pull-request/inline-id.ts";
import { messageView, sessionMessageView } from "./message-view.ts";

export function messageRoutes(app: FastifyInstance, ports: Ports): void {
  const { messages } = ports.store;

  sendingRoute(app, operations.sessionMessageCreate, async ({ organizationId, params, body, sender }) => {
    const sent = await sendMessage(ports, organizationId, {
      ...(await expandMessage(ports, organizationId, toMessageInput(body))),
      sessionId: params.sessionId,
      sender,
    });
    const { id, content, createdAt } = sent.message;
    return {
      message: { id, content, createdAt: createdAt.toISOString(), isQueued: true },
      job: jobOf(sent),
      session: { id: sent.session.id, title: sent.session.title },
    };
  });

  sendingRoute(app, operations.messageCreate, async ({ organizationId, body, sender }) => {
    const sent = await sendMessage(ports, organizationId, {
      ...(await expandMessage(ports, organizationId, toMessageInput(body))),
      sessionId: body.sessionId,
      sender,
      threads: toThreads(body),
      ...(body.id !== undefined && { messageId: body.id.toLowerCase(), isSameOnlyIfEqual: true }),
    });
    const { session } = sent;
    return {
      message: messageView(await getMessage(ports.store, organizationId, sent.message.id)),
      job: jobOf(sent),
      session: { id: session.id, title: session.title },
      hotPath: hotPathOf(sent),
    };
  });

  route(app, operations.messageList, async ({ organizationId, query, raw }) => {
    const { items, nextCursor } = await messages.list(organizationId, {
      viewerUserId: raw.caller.userId,
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.sessionId !== undefined && { sessionId: query.sessionId }),
      ...(query.threadId !== undefined && { threadId: query.threadId }),
    });
    return { items: items.map(messageView), nextCursor };
  });

  route(app, operations.sessionMessageList, async ({ params, query, raw }) => {
    const session = getPathSession({ params, raw });
    const { items, nextCursor } = await messages.ofSession(session.id, {
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.state !== undefined && { state: query.state }),
    });
    return { items: items.map(sessionMessageView), nextCursor };
  });

  route(app, operations.messageRetrieve, async ({ organizationId, params }) =>
    messageView(await getMessage(ports.store, organizationId, params.messageId)),
  );
  route(app, operations.messageUpdate, async ({ organizationId, params, body, raw }) => {
    const change = toMessageChange(body);
    const message = await updateMessage(ports, raw.caller, params.messageId, {
      ...change,
      ...(change.content !== undefined && {
        content: await expandWords(ports, organizationId, change.content),
      }),
    });
    return messageView(message);
  });
  route(app, operations.messageDelete, async ({ organizationId, params }) => {
    const { cancelledTurns } = await deleteMessage(ports, organizationId, params.messageId);
    return {
      id: params.messageId.toLowerCase(),
      deleted: true as const,
      cancelledJobsCount: cancelledTurns,
      cancelledSessionsCount: cancelledTurns,
      deletedJobsCount: 0 as const,
    };
  });
}

/** Converts the body of either version of the API. */
function toMessageInput(body: MessageCreateBody | Omit<MessageSendBody, "id" | "sessionId">) {
  return {
    content: body.content,
    deliveryMode: body.deliveryMode ?? "queue",
    agent: body.agent ?? null,
    agentOptions: body.agentOptions ?? null,
    slashCommand: body.slashCommand
      ? { command: body.slashCommand.command, arguments: body.slashCommand.arguments ?? null }
      : null,
    mcpServers: body.mcpServers ?? [],
    attachments: body.attachments ?? [],
    references: {
      richContent: "richContent" in body ? (body.richContent ?? null) : null,
      artifactId: body.artifactId ?? null,
      pullRequestId: body.pullRequestId ?? null,
    },
  };
}

function toThreads({ pullRequestId, reviewComments }: MessageSendBody) {
  if (reviewComments === undefined) return null;
  if (pullRequestId === undefined)
    throw new AppError("invalid_input", 'Add the "pullRequestId" of the review comments.', {
      field: "pullRequestId",
    });
  return { pullRequestId, commentIds: reviewComments.map(inlineIdOf) };
}

function jobOf({ turnId }: SentMessage) {
  return turnId === null ? null : { id: turnId, task: "turn" };
}

function hotPathOf({ steersTurnId, turnId }: SentMessage): MessageSendResult["hotPath"] {
  if (steersTurnId !== null) return { mode: "steered", queuedTurnId: null };
  return { mode: turnId === null ? "queued" : "started", queuedTurnId: turnId };
}

function toMessageChange(body: MessageUpdateBody): MessageChange {
  const { content, richContent, position, beforeMessageId, deliveryMode } = body;
  return {
    ...(content !== undefined && { content }),
    ...(richContent !== undefined && { richContent }),
    ...(position !== undefined && { place: { position } }),
    ...(beforeMessageId !== undefined && { place: { beforeMessageId } }),
    ...(deliveryMode !== undefined && { place: { mode: deliveryMode } }),
  };
}
