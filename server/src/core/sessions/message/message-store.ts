import type { CursorPage, Page, TurnLease } from "../../base/index.ts";
import type { Message, SteeredAs } from "./message.ts";
import type { MessageState, ShownMessage } from "./shown-message.ts";

export interface MessageQueries {
  /** It comes after all of its session; one that is there already is left as it is. */
  insert(message: Message): Promise<void>;
  /** Deleted ones too, as turns and events name them. */
  get(id: string): Promise<Message>;
  find(organizationId: string, id: string): Promise<ShownMessage | null>;
  /** Newest first. */
  list(
    organizationId: string,
    page: CursorPage & {
      readonly sessionId?: string;
      readonly threadId?: string;
      /** What is of another person's private session is left out. */
      readonly viewerUserId?: string;
    },
  ): Promise<Page<ShownMessage>>;
  /** In the order in which they are worked. */
  ofSession(
    sessionId: string,
    page: CursorPage & { readonly state?: MessageState },
  ): Promise<Page<ShownMessage>>;
  /** Those that no turn has taken, in the order in which turns will. */
  queued(sessionId: string): Promise<Message[]>;
  /** The first one that no turn has taken. */
  nextQueued(sessionId: string): Promise<Message | null>;
  setTurn(id: string, turnId: string): Promise<void>;
  edit(
    id: string,
    change: { readonly content: string; readonly richContent: Message["references"]["richContent"] },
    at: Date,
  ): Promise<void>;
  /** From now on it steers. */
  steer(id: string, at: Date): Promise<void>;
  /** Hands the places of these messages around among them, so that they are worked in this order. */
  setOrder(sessionId: string, ids: readonly string[]): Promise<void>;
  /** It is shown no more. No turn may have it. */
  delete(id: string, at: Date): Promise<void>;
  /** Takes for the turn what waits to steer it, and gives all that it has taken and that has not reached the harness, in order. */
  takeSteering(lease: TurnLease): Promise<Message[]>;
  /** All that the turn has taken to steer it, in order. */
  steering(turnId: string): Promise<Message[]>;
  /** Noted before a message is put into a running prompt. */
  markSending(lease: TurnLease, id: string, isSending: boolean): Promise<void>;
  markSteered(lease: TurnLease, id: string, how: SteeredAs): Promise<void>;
  /** What a turn took to steer it and that did not reach the harness waits again. */
  releaseSteering(turnId: string): Promise<void>;
  /**
   * Keeps those of the comments that no message has taken yet, for this one, and returns their ids. In the transaction that inserts
   * the message: of two that ask at once, one gets each comment.
   */
  takeComments(messageId: string, repositoryId: string, commentIds: readonly string[]): Promise<string[]>;
}
