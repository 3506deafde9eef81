import type { ForgeComment, ForgeThread } from "./forge-comment.ts";
import type { ForgeIssue, ForgePullRequest, ForgeReview } from "./forge-pull-request.ts";
import type { ForgeUser } from "./forge-user.ts";

/** A repository as an event names it. */
export interface EventRepository {
  readonly externalId: string;
  readonly owner: string;
  readonly name: string;
  readonly url: string;
}

interface About {
  readonly repository: EventRepository;
  /** Who did it; null when the forge does not tell. */
  readonly actor: ForgeUser | null;
  /** When, by the forge's clock. */
  readonly at: Date;
}

/** What happened on a forge, in our words, whether its webhook told or we asked. */
export type ForgeEvent =
  | (About & {
      /** `updated`: title, body, base, labels or reviewers. `synchronized`: its head moved. */
      readonly type:
        | "pullRequest.opened"
        | "pullRequest.ready"
        | "pullRequest.updated"
        | "pullRequest.synchronized"
        | "pullRequest.closed"
        | "pullRequest.merged"
        | "pullRequest.reopened";
      readonly pullRequest: ForgePullRequest;
    })
  | (About & {
      readonly type: "issue.opened" | "issue.updated" | "issue.closed" | "issue.reopened";
      readonly issue: ForgeIssue;
    })
  | (About & {
      /** Only new ones: edits and deletions are no events. */
      readonly type: "comment.created";
      readonly thread: ForgeThread;
      readonly comment: ForgeComment;
    })
  | (About & {
      readonly type: "review.submitted";
      readonly number: number;
      readonly review: ForgeReview;
    })
  | (About & {
      /** One check, or everything of one name, has ended. */
      readonly type: "check.completed";
      readonly sha: string;
      /** Null for a tag, or when the forge does not tell. */
      readonly branch: string | null;
      readonly name: string;
      readonly kind: "workflow" | "pipeline" | "check";
      readonly conclusion: "passed" | "failed" | "cancelled" | "skipped";
      readonly url: string | null;
    })
  | (About & {
      readonly type: "ref.created" | "ref.deleted";
      readonly refType: "branch" | "tag";
      readonly ref: string;
    })
  | (About & {
      readonly type: "branch.pushed";
      readonly branch: string;
      readonly sha: string;
      readonly isForced: boolean;
    })
  | (About & {
      readonly type: "release.published";
      readonly tag: string;
      readonly name: string;
      readonly url: string;
    })
  | (About & {
      /** `renamed`: also when it moved to another owner. `repository` holds what is true now. */
      readonly type:
        | "repository.renamed"
        | "repository.deleted"
        | "repository.archived"
        | "repository.changed";
    })
  /** Which repositories the credential reaches has changed, or the whole installation: ask the forge. */
  | (Omit<About, "repository"> & { readonly type: "installation.changed"; readonly isRemoved: boolean });

export type ForgeEventType = ForgeEvent["type"];
