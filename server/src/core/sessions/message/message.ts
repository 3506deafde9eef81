import type { AgentKey } from "../../access/index.ts";
import type { MessageAuthor } from "../../accounts/index.ts";
import type { ForgeThread } from "../../forges/index.ts";
import type { Attachment } from "../attachment/attachment.ts";
import type { MessageOptions } from "../session/message-options.ts";

/** Words of a person or a trigger; queued, then taken by a turn. */
export interface Message {
  readonly id: string;
  readonly sessionId: string;
  readonly content: string;
  /** Whose words they are; null when only a key is known. Commits of its turn are authored by this. */
  readonly author: MessageAuthor | null;
  /** The API key they came with; null for words of a forge. */
  readonly sentByKeyId: string | null;
  /** Where they were said; null for the API. */
  readonly source: MessageSource | null;
  /** The turn that works it; null while it is queued or belongs to a draft. */
  readonly turnId: string | null;
  readonly delivery: MessageDelivery;
  /** Who works it, and from then on the session; null takes the session's. */
  readonly agent: AgentKey | null;
  /** Null takes the session's. */
  readonly options: MessageOptions | null;
  /** A command of the harness, which the words follow. */
  readonly slashCommand: SlashCommand | null;
  /** As they were sent, in the order of the request. */
  readonly mcpServers: readonly string[];
  readonly references: MessageReferences;
  readonly attachments: readonly Attachment[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** `queue`: worked by a turn of its own. `steer`: put into the turn that runs; with none it is the next message. */
export type MessageDelivery =
  | { readonly mode: "queue" }
  | {
      readonly mode: "steer";
      /** Null until it reached a running harness, and for good when it got a turn of its own. */
      readonly steeredAs: SteeredAs | null;
      /** It was being put into a prompt: unless `steeredAs` says so, nobody knows whether it arrived. */
      readonly isSending: boolean;
    };

/** `injected`: into the running prompt. `restarted`: the prompt was cancelled and went on with it. `prompted`: no prompt ran, so it was the turn's next. */
export type SteeredAs = "injected" | "restarted" | "prompted";

export interface SlashCommand {
  readonly command: string;
  readonly arguments: string | null;
}

/** What a client attached to its words for its own use; kept and shown. */
export interface MessageReferences {
  readonly richContent: Readonly<Record<string, unknown>> | null;
  readonly artifactId: string | null;
  readonly pullRequestId: string | null;
}

/** Words that were said on a forge, or failed checks there; the answer goes back to the same place. */
export interface MessageSource {
  readonly kind: "comment" | "review" | "issue" | "checks";
  readonly integrationId: string | null;
  readonly repositoryId: string;
  readonly thread: ForgeThread;
  /** What the answer hangs on: an inline comment's thread, or null for the pull request or issue as a whole. */
  readonly replyTo: { readonly id: string; readonly threadId: string | null } | null;
  /** All comments in it, so that each is reacted to. */
  readonly comments: readonly {
    readonly id: string;
    readonly kind: "comment" | "inline" | "review";
    readonly threadId: string | null;
  }[];
  readonly url: string;
}
