import type {
  ForgeUser,
  LocalCheck,
  LocalComment,
  LocalHook,
  LocalIssue,
  LocalPullRequest,
  LocalReview,
} from "../../../core/forges/index.ts";

/** Change in a repository, before its conversion to webhooks. */
export type RepositoryChange =
  | {
      readonly about: "pullRequest";
      readonly action:
        | "opened"
        | "closed"
        | "reopened"
        | "edited"
        | "ready_for_review"
        | "converted_to_draft";
      readonly pull: LocalPullRequest;
      /** Previous values of the changed fields, for `edited`. */
      readonly changes?: Readonly<Record<string, unknown>>;
    }
  | {
      readonly about: "pullRequest";
      readonly action: "synchronize";
      readonly pull: LocalPullRequest;
      readonly before: string;
    }
  | {
      readonly about: "pullRequest";
      readonly action: "labeled";
      readonly pull: LocalPullRequest;
      readonly label: string;
    }
  | {
      readonly about: "pullRequest";
      readonly action: "review_requested" | "review_request_removed";
      readonly pull: LocalPullRequest;
      readonly reviewer: ForgeUser;
    }
  | {
      readonly about: "issue";
      readonly action: "opened" | "closed" | "reopened" | "edited" | "labeled";
      readonly issue: LocalIssue;
    }
  | {
      readonly about: "comment";
      readonly action: "created" | "edited";
      readonly comment: LocalComment;
    }
  | { readonly about: "review"; readonly review: LocalReview; readonly pull: LocalPullRequest }
  | { readonly about: "check"; readonly action: "created" | "completed"; readonly check: LocalCheck }
  | { readonly about: "hook"; readonly hook: LocalHook }
  | { readonly about: "push"; readonly push: PushedRef }
  | { readonly about: "repository"; readonly action: "renamed"; readonly formerName: string }
  | { readonly about: "repository"; readonly action: "archived" | "unarchived" | "edited" };

export interface PushedRef {
  /** Full name of the ref: "refs/heads/main". */
  readonly ref: string;
  /** Commit before the push, or null if the ref is new. `after` is null if the ref was deleted. */
  readonly before: string | null;
  readonly after: string | null;
}
