import type { RequestOptions } from "../options.ts";
import type { MessageQuery, SessionMessageQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  Message,
  MessageCreateBody,
  MessageCreateResult,
  MessageDeleted,
  MessageList,
  MessageSendBody,
  MessageSendResult,
  MessageUpdateBody,
  SessionMessageList,
} from "../types.ts";

/**
 * Messages of all sessions. A queued message can be edited, moved and deleted. After the message's turn has started,
 * these calls throw a `ConflictError`. Only the sender can edit a message.
 */
export class MessagesResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists messages, newest first. */
  list(query?: MessageQuery | null, options?: RequestOptions): PagePromise<MessageList> {
    return this.#transport.page({ method: "GET", path: "/v1/messages", query: query ?? {} }, options);
  }

  /** Sends a message to a session. With an `id`, sending the message again is safe. */
  create(body: MessageSendBody, options?: RequestOptions): APIPromise<MessageSendResult> {
    return this.#transport.json({ method: "POST", path: "/v1/messages", body }, options);
  }

  retrieve(messageId: string, options?: RequestOptions): APIPromise<Message> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/messages/${messageId}` }, options);
  }

  /** Edits a message, moves it in the queue or adds it to the running turn with `deliveryMode: "steer"`. */
  update(messageId: string, body: MessageUpdateBody, options?: RequestOptions): APIPromise<Message> {
    return this.#transport.json({ method: "PATCH", path: pathOf`/v1/messages/${messageId}`, body }, options);
  }

  /** Deletes a queued message. */
  delete(messageId: string, options?: RequestOptions): APIPromise<MessageDeleted> {
    return this.#transport.json({ method: "DELETE", path: pathOf`/v1/messages/${messageId}` }, options);
  }
}

export class SessionMessages {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Sends a message to a session. If a turn is running, the server queues the message. With `deliveryMode: "steer"`,
   * the message joins the running turn instead.
   */
  create(
    sessionId: string,
    body: MessageCreateBody,
    options?: RequestOptions,
  ): APIPromise<MessageCreateResult> {
    return this.#transport.json(
      { method: "POST", path: pathOf`/session/${sessionId}/messages`, body },
      options,
    );
  }

  /** Lists messages with their states, in processing order. */
  list(
    sessionId: string,
    query?: SessionMessageQuery | null,
    options?: RequestOptions,
  ): PagePromise<SessionMessageList> {
    const path = pathOf`/v1/sessions/${sessionId}/messages`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }
}
