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

/** Messages of all sessions. One that waits can be edited, moved and deleted; after that it is refused with a `ConflictError`. */
export class MessagesResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Newest first. */
  list(query?: MessageQuery | null, options?: RequestOptions): PagePromise<MessageList> {
    return this.#transport.page({ method: "GET", path: "/v1/messages", query: query ?? {} }, options);
  }

  /** Sends a message to a session. With an `id` of one's own it can be sent again without harm. */
  create(body: MessageSendBody, options?: RequestOptions): APIPromise<MessageSendResult> {
    return this.#transport.json({ method: "POST", path: "/v1/messages", body }, options);
  }

  retrieve(messageId: string, options?: RequestOptions): APIPromise<Message> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/messages/${messageId}` }, options);
  }

  /** Edits a message, moves it among those that wait, or with `deliveryMode: "steer"` puts it into the turn that runs. */
  update(messageId: string, body: MessageUpdateBody, options?: RequestOptions): APIPromise<Message> {
    return this.#transport.json({ method: "PATCH", path: pathOf`/v1/messages/${messageId}`, body }, options);
  }

  delete(messageId: string, options?: RequestOptions): APIPromise<MessageDeleted> {
    return this.#transport.json({ method: "DELETE", path: pathOf`/v1/messages/${messageId}` }, options);
  }
}

/** Messages of one session. */
export class SessionMessages {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Sends a message to a session; while the session works it waits, or with `deliveryMode: "steer"` joins what runs. */
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

  /** In the order in which they are worked, each with its state. */
  list(
    sessionId: string,
    query?: SessionMessageQuery | null,
    options?: RequestOptions,
  ): PagePromise<SessionMessageList> {
    const path = pathOf`/v1/sessions/${sessionId}/messages`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }
}
