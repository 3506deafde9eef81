import type { Comment, Issue, PullRequest, PullReview, PullReviewComment, Repository, User } from "gitea-js";

// Records of the fake and their responses. The types are from Gitea's OpenAPI description.

export interface Account {
  readonly id: number;
  readonly login: string;
}

export interface Note {
  readonly id: number;
  readonly user: Account;
  body: string;
  readonly createdAt: string;
  readonly reactions: Set<string>;
}

export interface LineNote extends Note {
  readonly path: string;
  readonly newLine: number;
  readonly oldLine: number;
}

export interface Review {
  readonly id: number;
  /** ID of the comment that represents the review. */
  readonly noteId: number;
  readonly user: Account;
  readonly state: "APPROVED" | "REQUEST_CHANGES" | "COMMENT";
  readonly body: string;
  readonly createdAt: string;
  readonly notes: LineNote[];
}

export interface Item {
  readonly id: number;
  readonly number: number;
  readonly user: Account;
  title: string;
  body: string;
  state: "open" | "closed";
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  readonly labels: Set<string>;
  readonly notes: Note[];
  readonly reactions: Set<string>;
  readonly pull: PullPart | null;
}

export interface PullPart {
  readonly head: string;
  base: string;
  /** Head of the source branch. It remains after the branch is deleted. */
  headSha: string;
  mergedSha: string | null;
  mergedAt: string | null;
  isMergeable: boolean;
  readonly reviews: Review[];
  readonly reviewers: Set<Account>;
}

export interface HookRecord {
  readonly id: number;
  url: string;
  secret: string;
  events: readonly string[];
  active: boolean;
}

/** Formats the time without fractions of a second, as Gitea does. */
export const now = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");

export const showUser = (web: string, { id, login }: Account): User => ({
  id,
  login,
  full_name: "",
  email: `${login}@noreply.localhost`,
  avatar_url: `${web}/avatars/${id}`,
  html_url: `${web}/${login}`,
});

export interface Shown {
  readonly web: string;
  readonly repository: Repository;
  /** URL of the repository's page. */
  readonly page: string;
}

export function showPull({ web, repository, page }: Shown, item: Item): PullRequest {
  const pull = item.pull!;
  const isDraft = /^(WIP:|\[WIP\])/i.test(item.title);
  const side = (ref: string, sha: string) => {
    return { label: ref, ref, sha, repo_id: repository.id as number, repo: repository };
  };
  return {
    id: item.id,
    number: item.number,
    url: `${page}/pulls/${item.number}`,
    html_url: `${page}/pulls/${item.number}`,
    title: item.title,
    body: item.body,
    state: item.state,
    draft: isDraft,
    merged: pull.mergedSha !== null,
    merged_at: pull.mergedAt as string,
    merge_commit_sha: pull.mergedSha as string,
    mergeable: pull.isMergeable && !isDraft,
    head: side(pull.head, pull.headSha),
    base: side(pull.base, ""),
    user: showUser(web, item.user),
    labels: [...item.labels].map((name) => ({ name })),
    requested_reviewers: [...pull.reviewers].map((account) => showUser(web, account)),
    created_at: item.createdAt,
    updated_at: item.updatedAt,
    closed_at: item.closedAt as string,
  };
}

export function showIssue({ web, page }: Shown, item: Item): Issue {
  return {
    id: item.id,
    number: item.number,
    html_url: `${page}/${item.pull ? "pulls" : "issues"}/${item.number}`,
    title: item.title,
    body: item.body,
    state: item.state,
    user: showUser(web, item.user),
    labels: [...item.labels].map((name) => ({ name })),
    comments: item.notes.length,
    // biome-ignore lint/suspicious/noExplicitAny: the description omits that the field is null for an issue.
    pull_request: (item.pull ? { merged: item.pull.mergedSha !== null } : null) as any,
    created_at: item.createdAt,
    updated_at: item.updatedAt,
    closed_at: item.closedAt as string,
  };
}

export function showNote({ web, page }: Shown, item: Item, note: Note): Comment {
  const address = `${page}/${item.pull ? "pulls" : "issues"}/${item.number}`;
  return {
    id: note.id,
    user: showUser(web, note.user),
    body: note.body,
    html_url: `${address}#issuecomment-${note.id}`,
    issue_url: item.pull ? "" : address,
    pull_request_url: item.pull ? address : "",
    created_at: note.createdAt,
    updated_at: note.createdAt,
  };
}

export function showReview({ web, page }: Shown, item: Item, review: Review): PullReview {
  return {
    id: review.id,
    user: showUser(web, review.user),
    state: review.state,
    body: review.body,
    comments_count: review.notes.length,
    dismissed: false,
    html_url: `${page}/pulls/${item.number}#issuecomment-${review.noteId}`,
    submitted_at: review.createdAt,
    updated_at: review.createdAt,
  };
}

export function showLineNote(shown: Shown, item: Item, review: Review, note: LineNote): PullReviewComment {
  return {
    id: note.id,
    user: showUser(shown.web, note.user),
    body: note.body,
    path: note.path,
    position: note.newLine,
    original_position: note.oldLine,
    diff_hunk: `@@ -0,0 +1 @@\n+line`,
    pull_request_review_id: review.id,
    html_url: `${shown.page}/pulls/${item.number}#issuecomment-${note.id}`,
    created_at: note.createdAt,
    updated_at: note.createdAt,
  };
}
