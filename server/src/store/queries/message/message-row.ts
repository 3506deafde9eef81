import type { MessageAuthor } from "../../../core/accounts/index.ts";
import {
  type Attachment,
  type Message,
  type MessageOptions,
  type MessageSource,
  messageStateOf,
  type ShownMessage,
  type SlashCommand,
  type SteeredAs,
  type TurnState,
} from "../../../core/sessions/index.ts";
import { storableJson } from "../storable.ts";

/** What a message is made of, in the order of `messageValues`. */
export const messageColumns = [
  "id",
  "session_id",
  "content",
  "author",
  "sent_by_key",
  "source",
  "turn_id",
  "delivery_mode",
  "steered_as",
  "is_sending",
  "harness",
  "model",
  "provider",
  "options",
  "slash_command",
  "mcp_servers",
  "rich_content",
  "artifact_id",
  "pull_request_id",
  "created_at",
  "updated_at",
] as const;

/** As a column of a query over messages, whatever they are called there. */
const attachmentsOf = (messages: string) => `(
    select jsonb_agg(jsonb_build_object('id', a.id, 'organizationId', a.organization_id, 'sha256', a.sha256,
      'name', a.name, 'mediaType', a.media_type, 'sizeBytes', a.size_bytes, 'createdAt', a.created_at)
      order by ma.position)
    from message_attachments ma join attachments a on a.id = ma.attachment_id where ma.message_id = ${messages}.id
  ) as attachments`;

/** Everything that `toMessage` needs. */
export const messageFrom = `select ${messageColumns.join(", ")}, ${attachmentsOf("messages")} from messages`;

/** Everything that `toShown` needs. */
export const shownFrom = `select ${messageColumns.map((column) => `m.${column}`).join(", ")}, ${attachmentsOf("m")},
    t.status as turn_status, k.name as key_name, k.user_id as key_user_id
  from messages m join sessions s on s.id = m.session_id
  left join turns t on t.session_id = m.session_id and t.id = m.turn_id
  left join api_keys k on k.id = m.sent_by_key`;

export interface MessageRow {
  id: string;
  session_id: string;
  content: string;
  author: MessageAuthor | null;
  sent_by_key: string | null;
  source: MessageSource | null;
  turn_id: string | null;
  delivery_mode: "queue" | "steer";
  steered_as: SteeredAs | null;
  is_sending: boolean;
  harness: string | null;
  model: string | null;
  provider: string | null;
  options: MessageOptions | null;
  slash_command: SlashCommand | null;
  mcp_servers: string[] | null;
  rich_content: Record<string, unknown> | null;
  artifact_id: string | null;
  pull_request_id: string | null;
  created_at: Date;
  updated_at: Date;
  attachments: (Omit<Attachment, "createdAt"> & { createdAt: string })[] | null;
}

export interface ShownRow extends MessageRow {
  turn_status: TurnState["status"] | null;
  key_name: string | null;
  key_user_id: string | null;
}

export function messageValues(message: Message): unknown[] {
  const { delivery, agent, references } = message;
  return [
    message.id,
    message.sessionId,
    message.content,
    message.author,
    message.sentByKeyId,
    message.source,
    message.turnId,
    delivery.mode,
    delivery.mode === "steer" ? delivery.steeredAs : null,
    delivery.mode === "steer" && delivery.isSending,
    agent?.harness ?? null,
    agent?.model ?? null,
    agent?.provider ?? null,
    message.options,
    jsonOf(message.slashCommand),
    message.mcpServers.length === 0 ? null : storableJson(message.mcpServers),
    jsonOf(references.richContent),
    references.artifactId,
    references.pullRequestId,
    message.createdAt,
    message.updatedAt,
  ];
}

export const jsonOf = (value: object | null) => (value === null ? null : storableJson(value));

/** The table's checks promise what the exclamation mark assumes. */
export const toMessage = (row: MessageRow): Message => ({
  id: row.id,
  sessionId: row.session_id,
  content: row.content,
  author: row.author,
  sentByKeyId: row.sent_by_key,
  source: row.source,
  turnId: row.turn_id,
  delivery:
    row.delivery_mode === "queue"
      ? { mode: "queue" }
      : { mode: "steer", steeredAs: row.steered_as, isSending: row.is_sending },
  agent: row.harness === null ? null : { harness: row.harness, model: row.model!, provider: row.provider },
  options: row.options,
  slashCommand: row.slash_command,
  mcpServers: row.mcp_servers ?? [],
  references: {
    richContent: row.rich_content,
    artifactId: row.artifact_id,
    pullRequestId: row.pull_request_id,
  },
  attachments: (row.attachments ?? []).map((one) => ({ ...one, createdAt: new Date(one.createdAt) })),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export const toShown = (row: ShownRow): ShownMessage => ({
  ...toMessage(row),
  state: messageStateOf(row.turn_status),
  createdBy: row.author?.login ?? row.author?.name ?? row.key_name,
  sentByUserId: row.key_user_id,
});
