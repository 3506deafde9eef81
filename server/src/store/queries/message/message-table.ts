import type { MessageAuthor } from "../../../core/accounts/index.ts";
import type { MessageOptions, MessageSource, SlashCommand, SteeredAs } from "../../../core/sessions/index.ts";
import { bigint, boolean, json, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const messages = table(
  "messages",
  {
    id: uuid,
    sessionId: uuid,
    content: text,
    author: json<MessageAuthor>().orNull(),
    sentByKeyId: uuid.orNull().named("sent_by_key"),
    requestId: text.orNull(),
    traceparent: text.orNull(),
    source: json<MessageSource>().orNull(),
    turnId: uuid.orNull(),
    deliveryMode: text.as<"queue" | "steer">(),
    steeredAs: text.as<SteeredAs>().orNull(),
    isSending: boolean,
    harness: text.orNull(),
    model: text.orNull(),
    provider: text.orNull(),
    options: json<MessageOptions>().orNull(),
    slashCommand: json<SlashCommand>().orNull(),
    mcpServers: json<readonly string[]>().orNull(),
    richContent: json<Readonly<Record<string, unknown>>>().orNull(),
    artifactId: uuid.orNull(),
    pullRequestId: uuid.orNull(),
    createdAt: timestamp,
    updatedAt: timestamp,
  },
  ["position", "deleted_at"],
);

export const attachments = table(
  "attachments",
  {
    id: uuid,
    organizationId: uuid,
    sha256: text,
    blobId: uuid.orNull(),
    name: text,
    mediaType: text,
    sizeBytes: bigint,
    createdAt: timestamp,
  },
  ["uploaded_by"],
);
