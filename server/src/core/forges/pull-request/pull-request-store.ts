import type { CursorPage, Page, TurnLease } from "../../base/index.ts";
import type { InboxGroup } from "./inbox-group.ts";
import type { PullRequest } from "./pull-request.ts";

export interface PullRequestQueries {
  /** One per repository and number: replaces the earlier one, keeping its id and creation. */
  save(lease: TurnLease, pullRequest: PullRequest): Promise<void>;
  findByNumber(repositoryId: string, number: number): Promise<PullRequest | null>;
  /** Open ones whose head this is, newest first. */
  openWithHead(repositoryId: string, headSha: string): Promise<PullRequest[]>;
  /** What the forge told: inserts it, or replaces what it tells; the session, additions and deletions of a known one stay. Older than the known one's `forgeUpdatedAt` it changes nothing and gives false. */
  observe(pullRequest: PullRequest): Promise<boolean>;
  setReviewers(id: string, reviewers: PullRequest["reviewers"]): Promise<void>;
  setChecks(id: string, checks: PullRequest["checks"]): Promise<void>;
  /** Counts an attempt to fix the checks of a head. False when this head had one, or the pull request has had `atMost`. */
  takeCheckFix(id: string, headSha: string, atMost: number): Promise<boolean>;
  find(organizationId: string, id: string): Promise<PullRequest | null>;
  ofSession(sessionId: string): Promise<PullRequest[]>;
  /** Newest first, by creation unless `sortBy` says otherwise. */
  list(
    organizationId: string,
    page: CursorPage & PullRequestFilter & { readonly sortBy?: "createdAt" | "updatedAt" },
  ): Promise<Page<PullRequest>>;
  count(organizationId: string, filter: PullRequestFilter): Promise<number>;
}

export interface PullRequestFilter {
  readonly status?: PullRequest["status"];
  readonly isDraft?: boolean;
  /** What all reviews together say. */
  readonly decision?: "approved" | "changesRequested" | "needsReview";
  /** Where it stands in the inbox of a person. */
  readonly inbox?: { readonly group: InboxGroup; readonly userId: string };
  readonly search?: string;
  readonly repositoryIds?: readonly string[];
  readonly hasSession?: boolean;
  /** People, here and below, are ids on the forge or logins. Logins have no case. */
  readonly authors?: readonly string[];
  readonly excludedAuthors?: readonly string[];
  /** Open ones of theirs are left out when a reviewer requested changes. */
  readonly excludedReturnedAuthors?: readonly string[];
  /** Who reviewed it or is asked to. */
  readonly reviewers?: readonly string[];
  readonly excludedReviewers?: readonly string[];
  readonly createdAfter?: Date;
  readonly updatedAfter?: Date;
  readonly mergedAfter?: Date;
}
