import type { AgentKey } from "../../access/index.ts";
import type { MessageAuthor } from "../../accounts/index.ts";
import type { RequestOrigin } from "../../base/index.ts";
import type { ForgeThread } from "../../forges/index.ts";
import type { Attachment } from "../attachment/attachment.ts";
import type { MessageOptions } from "../session/message-options.ts";

/** A message from a person or a trigger. It is queued until a turn takes it. */
export interface Message {
  readonly id: string;
  readonly sessionId: string;
  readonly content: string;
  /**
   * Author, or null if only an API key is known or no person wrote the message. The commits of the message's turn have
   * the same author if its name and email address are usable.
   */
  readonly author: MessageAuthor | null;
  /**
   * ID of the API key or sign-in that sent the message, or null for a message from a forge, an agent run or another
   * session.
   */
  readonly sentByKeyId: string | null;
  /** API request that sent the message, or null if none did. */
  readonly request: RequestOrigin | null;
  /** Origin of a message from a forge, or null for any other message. */
  readonly source: MessageSource | null;
  /** ID of the turn that processes the message, or null if no turn has taken it. */
  readonly turnId: string | null;
  readonly delivery: MessageDelivery;
  /** Agent that processes this message and later messages, or null for the session's agent. */
  readonly agent: AgentKey | null;
  /** The message's options, or null for the session's options. */
  readonly options: MessageOptions | null;
  /** Harness command that precedes the content. */
  readonly slashCommand: SlashCommand | null;
  /** Names of MCP connections that the turn uses in addition to the session's. */
  readonly mcpServers: readonly string[];
  readonly references: MessageReferences;
  readonly attachments: readonly Attachment[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A message that starts a turn. */
export type StartingMessage = Message & { readonly turnId: string };

/**
 * Delivery of a message. A `queue` message has its own turn. A `steer` message joins the running turn. If no turn is
 * running, it precedes the `queue` messages and has its own turn.
 */
export type MessageDelivery =
  | { readonly mode: "queue" }
  | {
      readonly mode: "steer";
      /**
       * The way in which the message reached a running harness, or null if it has not. Remains null if the message had
       * its own turn.
       */
      readonly steeredAs: SteeredAs | null;
      /**
       * True from before the message is sent into a running prompt until the harness has accepted or rejected it. In
       * between, it is unknown whether the message has arrived.
       */
      readonly isSending: boolean;
    };

/**
 * The way in which a steering message reached the harness:
 * - `injected`: the running prompt received the message.
 * - `restarted`: the prompt was canceled, and resumed with the message.
 * - `prompted`: no prompt was running, so the message became the turn's next prompt.
 */
export type SteeredAs = "injected" | "restarted" | "prompted";

export interface SlashCommand {
  readonly command: string;
  readonly arguments: string | null;
}

/** References that a client attaches for its own use. The server stores and returns them. */
export interface MessageReferences {
  readonly richContent: Readonly<Record<string, unknown>> | null;
  readonly artifactId: string | null;
  readonly pullRequestId: string | null;
}

/** A comment, a review, an issue or failed checks on a forge. Tembo posts the reply there. */
export interface MessageSource {
  readonly kind: "comment" | "review" | "issue" | "checks";
  readonly integrationId: string | null;
  readonly repositoryId: string;
  readonly thread: ForgeThread;
  /** Comment to reply to, with its thread if it is inline, or null for the pull request or issue as a whole. */
  readonly replyTo: { readonly id: string; readonly threadId: string | null } | null;
  /** All comments in the message. Tembo adds a reaction to each comment. */
  readonly comments: readonly {
    readonly id: string;
    readonly kind: "comment" | "inline" | "review";
    readonly threadId: string | null;
  }[];
  readonly url: string;
}
