import {
  type Attachment,
  type Message,
  messageStateOf,
  type ShownMessage,
  type TurnState,
} from "../../../core/sessions/index.ts";
import type { RowOf } from "../table.ts";
import { messages } from "./message-table.ts";

/** Returns a column with the attachments of a message. `messages` is the alias of the table in the query. */
const attachmentsOf = (messages: string) => `(
    select jsonb_agg(jsonb_build_object('id', a.id, 'organizationId', a.organization_id, 'sha256', a.sha256,
      'blobId', a.blob_id,
      'name', a.name, 'mediaType', a.media_type, 'sizeBytes', a.size_bytes, 'createdAt', a.created_at)
      order by ma.position)
    from message_attachments ma join attachments a on a.id = ma.attachment_id where ma.message_id = ${messages}.id
  ) as attachments`;

/** Selects all columns that `toMessage` needs. */
export const messageFrom = `select ${messages.columns}, ${attachmentsOf("messages")} from messages`;

/** Selects all columns that `toShown` needs. */
export const shownFrom = `select ${messages.columnsOf("m")}, ${attachmentsOf("m")},
    t.status as "turnStatus", k.name as "keyName", k.user_id as "sentByUserId"
  from messages m join sessions s on s.id = m.session_id
  left join turns t on t.session_id = m.session_id and t.id = m.turn_id
  left join api_keys k on k.id = m.sent_by_key`;

type StoredMessage = RowOf<typeof messages>;

export type MessageRow = StoredMessage & {
  readonly attachments: readonly (Omit<Attachment, "createdAt"> & { readonly createdAt: string })[] | null;
};

export type ShownRow = MessageRow & {
  readonly turnStatus: TurnState["status"] | null;
  readonly keyName: string | null;
  readonly sentByUserId: string | null;
};

export function fromMessage({
  request,
  delivery,
  agent,
  references,
  attachments: _,
  ...message
}: Message): StoredMessage {
  return {
    ...message,
    ...references,
    requestId: request?.id ?? null,
    traceparent: request?.traceparent ?? null,
    deliveryMode: delivery.mode,
    steeredAs: delivery.mode === "steer" ? delivery.steeredAs : null,
    isSending: delivery.mode === "steer" && delivery.isSending,
    harness: agent?.harness ?? null,
    model: agent?.model ?? null,
    provider: agent?.provider ?? null,
    mcpServers: message.mcpServers.length === 0 ? null : message.mcpServers,
  };
}

export function toMessage(row: MessageRow): Message {
  const { deliveryMode, steeredAs, isSending, harness, model, provider, ...message } = row;
  const {
    richContent,
    artifactId,
    pullRequestId,
    mcpServers,
    attachments,
    requestId,
    traceparent,
    ...plain
  } = message;
  return {
    ...plain,
    request: requestId === null ? null : { id: requestId, traceparent },
    delivery: deliveryMode === "queue" ? { mode: "queue" } : { mode: "steer", steeredAs, isSending },
    // The check constraint messages_agent_check guarantees a model beside a harness.
    agent: harness === null ? null : { harness, model: model!, provider },
    mcpServers: mcpServers ?? [],
    references: { richContent, artifactId, pullRequestId },
    attachments: (attachments ?? []).map((one) => ({ ...one, createdAt: new Date(one.createdAt) })),
  };
}

export const toShown = ({ turnStatus, keyName, sentByUserId, ...row }: ShownRow): ShownMessage => ({
  ...toMessage(row),
  state: messageStateOf(turnStatus),
  createdBy: row.author?.login ?? row.author?.name ?? keyName,
  sentByUserId,
});
