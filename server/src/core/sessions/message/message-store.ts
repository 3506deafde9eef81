import type { CursorPage, Page, TurnLease } from "../../base/index.ts";
import type { Message, SteeredAs } from "./message.ts";
import type { MessageState, ShownMessage } from "./shown-message.ts";

export interface MessageQueries {
  /** Appends the message to its session. Does nothing if the message already exists. */
  insert(message: Message): Promise<void>;
  /**
   * Returns the message, even if it was deleted, because turns and events refer to it. Throws `not_found` if it does
   * not exist.
   */
  get(id: string): Promise<Message>;
  find(organizationId: string, id: string): Promise<ShownMessage | null>;
  /** Lists messages, newest first. */
  list(
    organizationId: string,
    page: CursorPage & {
      readonly sessionId?: string;
      readonly threadId?: string;
      /** Excludes messages in private sessions that this user did not create. */
      readonly viewerUserId?: string;
    },
  ): Promise<Page<ShownMessage>>;
  /** Lists the messages of a session in processing order. */
  ofSession(
    sessionId: string,
    page: CursorPage & { readonly state?: MessageState },
  ): Promise<Page<ShownMessage>>;
  /** Returns the messages that no turn has taken, in processing order. */
  queued(sessionId: string): Promise<Message[]>;
  /** Returns the first message that no turn has taken, or null if the queue is empty. */
  nextQueued(sessionId: string): Promise<Message | null>;
  setTurn(id: string, turnId: string): Promise<void>;
  edit(
    id: string,
    change: { readonly content: string; readonly richContent: Message["references"]["richContent"] },
    at: Date,
  ): Promise<void>;
  /** Changes the message to steering mode. */
  steer(id: string, at: Date): Promise<void>;
  /** Reorders these messages within the positions that they occupy. */
  setOrder(sessionId: string, ids: readonly string[]): Promise<void>;
  /** Soft-deletes the message and detaches its attachments. */
  delete(id: string, at: Date): Promise<void>;
  /**
   * Assigns the queued steering messages to the turn. Returns, in order, the assigned messages that have not reached
   * the harness, except the message that started the turn.
   */
  takeSteering(lease: TurnLease): Promise<Message[]>;
  /** Returns the steering messages that the turn has taken, in order, except the message that started the turn. */
  steering(turnId: string): Promise<Message[]>;
  /** Records whether the message is being sent into a running prompt. */
  markSending(lease: TurnLease, id: string, isSending: boolean): Promise<void>;
  markSteered(lease: TurnLease, id: string, how: SteeredAs): Promise<void>;
  /** Returns to the queue the turn's steering messages that did not reach the harness. */
  releaseSteering(turnId: string): Promise<void>;
  /**
   * Claims for the message the comments that no other message has claimed, and returns their IDs. Call it in the
   * transaction that inserts the message, so that each comment goes to only one of two concurrent callers.
   */
  takeComments(messageId: string, repositoryId: string, commentIds: readonly string[]): Promise<string[]>;
}
