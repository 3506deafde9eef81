import type { Attachment as AttachmentView, Message as MessageView, SessionMessage } from "@tembo/contract";
import { formatAgentKey } from "../../../core/access/index.ts";
import type { Attachment, ShownMessage } from "../../../core/sessions/index.ts";

export function attachmentView(attachment: Attachment): AttachmentView {
  const { id, name, mediaType, sizeBytes, sha256, createdAt } = attachment;
  return { id, name, mediaType, sizeBytes, sha256, createdAt: createdAt.toISOString() };
}

export function messageView(message: ShownMessage): MessageView {
  const { references, slashCommand, source, author } = message;
  return {
    id: message.id,
    sessionId: message.sessionId,
    role: "user",
    type: slashCommand === null ? "text" : "slashCommand",
    content: message.content,
    richContent: references.richContent === null ? null : { ...references.richContent },
    slashCommand:
      slashCommand === null
        ? null
        : {
            command: slashCommand.command,
            ...(slashCommand.arguments !== null && { arguments: slashCommand.arguments }),
          },
    source: source?.kind ?? null,
    createdBy: message.createdBy,
    parentMessageId: null,
    artifactId: references.artifactId,
    pullRequestId: references.pullRequestId,
    externalUrl: source?.url ?? null,
    externalAvatarUrl: author?.avatarUrl ?? null,
    createdAt: message.createdAt.toISOString(),
    updatedAt: message.updatedAt.toISOString(),
    isQueued: message.state === "queued",
  };
}

export function sessionMessageView(message: ShownMessage): SessionMessage {
  const { author, delivery, agent } = message;
  return {
    ...messageView(message),
    state: message.state,
    deliveryMode: delivery.mode,
    steeredAs: delivery.mode === "steer" ? delivery.steeredAs : null,
    turnId: message.turnId,
    agent: agent === null ? null : formatAgentKey(agent),
    mcpServers: [...message.mcpServers],
    attachments: message.attachments.map(attachmentView),
    author: author && { name: author.name, login: author.login, avatarUrl: author.avatarUrl },
    userId: message.sentByUserId,
  };
}
