import type { ForgeThread } from "../forge/forge-comment.ts";

/** Words of a person or a trigger; queued, then taken by a turn. */
export interface Message {
  readonly id: string;
  readonly sessionId: string;
  readonly content: string;
  /** Whose words they are; null when only a key is known. Commits of its turn are authored by this. */
  readonly author: MessageAuthor | null;
  /** Where they were said; null for the API. */
  readonly source: MessageSource | null;
  /** The turn that works it; null while it is queued or belongs to a draft. */
  readonly turnId: string | null;
  readonly createdAt: Date;
}

export interface MessageAuthor {
  readonly name: string;
  /** What commits are authored with. */
  readonly email: string;
  readonly login: string | null;
  readonly avatarUrl: string | null;
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
