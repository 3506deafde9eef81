import type { AgentKey } from "../../access/index.ts";
import type { MessageAuthor } from "../../accounts/index.ts";
import type { ForgeThread } from "../../forges/index.ts";
import type { Attachment } from "../attachment/attachment.ts";
import type { MessageOptions } from "../session/message-options.ts";

/** A message of a person or a trigger. It is queued until a turn takes it. */
export interface Message {
  readonly id: string;
  readonly sessionId: string;
  readonly content: string;
  /**
   * The author, or null if only an API key is known or no person wrote the message. Commits of the message's turn have
   * this author.
   */
  readonly author: MessageAuthor | null;
  /** The API key that sent the message. Null if no key did, as for a forge comment or an agent run. */
  readonly sentByKeyId: string | null;
  /** The origin of a forge message; null for the API. */
  readonly source: MessageSource | null;
  /** The turn that processes the message, or null if no turn has taken it. */
  readonly turnId: string | null;
  readonly delivery: MessageDelivery;
  /** The agent that processes this message and later ones, or null for the session's agent. */
  readonly agent: AgentKey | null;
  /** Options of the message, or null for the session's options. */
  readonly options: MessageOptions | null;
  /** A command of the harness, which precedes the content. */
  readonly slashCommand: SlashCommand | null;
  /** Names of MCP connections, as sent, in the order of the request. */
  readonly mcpServers: readonly string[];
  readonly references: MessageReferences;
  readonly attachments: readonly Attachment[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/**
 * Delivery of a message. A `queue` message gets its own turn. A `steer` message joins the running turn, or is the next
 * message if no turn runs.
 */
export type MessageDelivery =
  | { readonly mode: "queue" }
  | {
      readonly mode: "steer";
      /** The way in which the message reached a running harness, or null if it has not. Stays null if the message got its own turn. */
      readonly steeredAs: SteeredAs | null;
      /** True from the moment before the message is sent into a prompt. Until `steeredAs` is set, its arrival is unknown. */
      readonly isSending: boolean;
    };

/**
 * The way in which a steering message reached the harness:
 * - `injected`: into the running prompt.
 * - `restarted`: the prompt was canceled and continued with the message.
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

/** A comment or review on a forge, or failed checks there. The answer is posted to the same place. */
export interface MessageSource {
  readonly kind: "comment" | "review" | "issue" | "checks";
  readonly integrationId: string | null;
  readonly repositoryId: string;
  readonly thread: ForgeThread;
  /** Comment to which the answer replies, with its thread if it is inline. Null means the pull request or issue as a whole. */
  readonly replyTo: { readonly id: string; readonly threadId: string | null } | null;
  /** All comments of the message. Tembo adds a reaction to each. */
  readonly comments: readonly {
    readonly id: string;
    readonly kind: "comment" | "inline" | "review";
    readonly threadId: string | null;
  }[];
  readonly url: string;
}
