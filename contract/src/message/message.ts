import { z } from "zod";
import { attachment } from "../attachment/attachment.ts";
import { cursorQuery, slashCommand, timestamp, uuid } from "../common.ts";
import { maxAttachmentsPerMessage } from "../limits.ts";
import { agentOptionFields } from "../model/agent-options.ts";

const content = z.string().min(1).max(1_000_000);
const deliveryMode = z
  .enum(["queue", "steer"])
  .describe(
    "`steer` adds the message to the running turn, if there is one. By default, the message starts the next turn.",
  );
const agent = z
  .string()
  .min(1)
  .max(500)
  .describe("`harness:model[:provider]` for this message and later ones.");
const attachments = z
  .array(uuid)
  .max(maxAttachmentsPerMessage)
  .describe("IDs of files and images uploaded to `/v1/attachments`.");
/** A rich text document (TipTap). The server stores and returns it without interpreting it. */
const richContent = z.record(z.string(), z.unknown());

/** Body of `POST /session/{sessionId}/messages`. The server ignores unknown fields. */
export const messageCreateBody = z.object({
  content,
  jsonContent: z.string().optional(),
  artifactId: uuid.optional(),
  pullRequestId: uuid.optional(),
  mcpServers: z.array(z.string()).optional(),
  agentOptions: z.record(z.string(), z.unknown()).optional(),
  deliveryMode: deliveryMode.optional(),
  slashCommand: z.object({ command: z.string().min(1), arguments: z.string().optional() }).optional(),
  agent: agent.optional(),
  attachments: attachments.optional(),
});
export type MessageCreateBody = z.infer<typeof messageCreateBody>;

const job = z.strictObject({ id: uuid, task: z.string() }).nullable();
export const sessionName = z.strictObject({ id: uuid, title: z.string() });

export const messageCreated = z.strictObject({
  id: uuid,
  content: z.string(),
  createdAt: timestamp,
  isQueued: z.boolean(),
});
export const messageCreateResult = z.strictObject({
  message: messageCreated,
  job,
  session: sessionName,
});
export type MessageCreateResult = z.infer<typeof messageCreateResult>;

/** A message, in the shape of the v1 generation. */
export const message = z.strictObject({
  id: uuid,
  sessionId: uuid.nullable(),
  role: z.enum(["user", "assistant", "system"]),
  type: z.string(),
  content: z.string(),
  richContent: richContent.nullable(),
  slashCommand: slashCommand.nullable(),
  source: z.string().max(100).nullable(),
  createdBy: z.string().nullable(),
  parentMessageId: uuid.nullable(),
  artifactId: uuid.nullable(),
  pullRequestId: uuid.nullable(),
  externalUrl: z.string().nullable(),
  externalAvatarUrl: z.string().nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
  isQueued: z.boolean(),
});
export type Message = z.infer<typeof message>;

export const messageParams = z.object({ messageId: uuid });
export const messageListQuery = cursorQuery.extend({ sessionId: uuid.optional(), threadId: uuid.optional() });
export const messageList = z.strictObject({ items: z.array(message), nextCursor: uuid.nullable() });
export type MessageList = z.infer<typeof messageList>;

const reviewComments = z
  .array(z.string().min(1).max(100))
  .min(1)
  .max(100)
  .describe(
    "IDs of inline comments on the pull request `pullRequestId`, which must belong to the session. The agent answers in their threads. An extension of this server.",
  );

/** Body of `POST /v1/messages`. */
export const messageSendBody = z.strictObject({
  content,
  sessionId: uuid,
  id: uuid
    .optional()
    .describe(
      "ID chosen by the client. A repeated request with the same ID and content returns the same message.",
    ),
  artifactId: uuid.optional(),
  pullRequestId: uuid.optional(),
  reviewComments: reviewComments.optional(),
  mcpServers: z.array(z.string()).max(100).optional(),
  agentOptions: z.looseObject(agentOptionFields).optional(),
  deliveryMode: deliveryMode.optional(),
  richContent: richContent.optional(),
  slashCommand: slashCommand.optional(),
  agent: agent.optional(),
  attachments: attachments.optional(),
});
export type MessageSendBody = z.infer<typeof messageSendBody>;

export const messageSendResult = z.strictObject({
  message,
  job,
  session: sessionName,
  hotPath: z
    .strictObject({ mode: z.enum(["started", "steered", "queued"]), queuedTurnId: z.string().nullable() })
    .nullable(),
});
export type MessageSendResult = z.infer<typeof messageSendResult>;

/**
 * Body of `PATCH /v1/messages/{messageId}`. The fields for the queue position and for steering are extensions of this
 * server.
 */
export const messageUpdateBody = z
  .strictObject({
    content: content.optional(),
    richContent: richContent.nullish(),
    position: z
      .int()
      .min(0)
      .max(1_000_000)
      .optional()
      .describe(
        "Zero-based position among the queued messages. A position beyond the end moves the message to the end.",
      ),
    beforeMessageId: uuid
      .optional()
      .describe("Another queued message. Moves this message to the position before it."),
    deliveryMode: z
      .literal("steer")
      .optional()
      .describe(
        "Adds the message to the running turn. If no turn is running, moves the message to the front of the queue.",
      ),
  })
  .refine(
    ({ position, beforeMessageId, deliveryMode }) =>
      [position, beforeMessageId, deliveryMode].filter((place) => place !== undefined).length <= 1,
    {
      message:
        'Send only one of "position", "beforeMessageId" and "deliveryMode": each sets the position of the message',
    },
  );
export type MessageUpdateBody = z.infer<typeof messageUpdateBody>;

export const messageDeleted = z.strictObject({
  id: uuid,
  deleted: z.literal(true),
  cancelledJobsCount: z.int().min(0),
  cancelledSessionsCount: z.int().min(0),
  deletedJobsCount: z.literal(0),
});
export type MessageDeleted = z.infer<typeof messageDeleted>;

export const messageState = z.enum(["queued", "working", "completed", "failed", "cancelled"]);
/** A message with its state, delivery and author. */
export const sessionMessage = z.strictObject({
  ...message.shape,
  state: messageState,
  deliveryMode: z.enum(["queue", "steer"]),
  steeredAs: z.enum(["injected", "restarted", "prompted"]).nullable(),
  turnId: uuid.nullable(),
  agent: z.string().nullable(),
  mcpServers: z.array(z.string()),
  attachments: z.array(attachment),
  author: z
    .strictObject({ name: z.string(), login: z.string().nullable(), avatarUrl: z.string().nullable() })
    .nullable(),
  userId: uuid
    .nullable()
    .describe("ID of the user who sent the message. Only this user can edit the message while it is queued."),
});
export type SessionMessage = z.infer<typeof sessionMessage>;
export const sessionMessageListQuery = cursorQuery.extend({ state: messageState.optional() });
export const sessionMessageList = z.strictObject({
  items: z.array(sessionMessage),
  nextCursor: uuid.nullable(),
});
export type SessionMessageList = z.infer<typeof sessionMessageList>;
