import type { ForgeComment, ForgeThread } from "./forge-comment.ts";
import type { ForgeIssue, ForgePullRequest, ForgeReview } from "./forge-pull-request.ts";
import type { ForgeUser } from "./forge-user.ts";

/** A repository as identified by an event. */
export interface EventRepository {
  readonly externalId: string;
  readonly owner: string;
  readonly name: string;
  readonly url: string;
}

interface About {
  readonly repository: EventRepository;
  /** User who caused the event, or null if the forge does not report them. */
  readonly actor: ForgeUser | null;
  /** Time of the event, by the forge's clock. */
  readonly at: Date;
}

/** An event on a forge in the core's terms, received by webhook or by polling. */
export type ForgeEvent =
  | (About & {
      /** `updated`: title, body, base, labels or reviewers changed. `synchronized`: the head moved. */
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
      /** A new comment. Edits and deletions cause no event. */
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
      /** A workflow, a pipeline, a single check or all checks of an app have completed. */
      readonly type: "check.completed";
      readonly sha: string;
      /** Branch, or null for a tag or if the forge does not report it. */
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
      /** `renamed` includes a transfer to another owner. `repository` contains the current values. */
      readonly type:
        | "repository.renamed"
        | "repository.deleted"
        | "repository.archived"
        | "repository.changed";
    })
  /**
   * The credential's accessible repositories, or the whole installation, have changed. The receiver fetches the new
   * state.
   */
  | (Omit<About, "repository"> & { readonly type: "installation.changed"; readonly isRemoved: boolean });

export type ForgeEventType = ForgeEvent["type"];
