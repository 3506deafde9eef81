import type { components } from "@coderabbitai/bitbucket/cloud/openapi";

// Records of the fake and their responses. The types are from Bitbucket's OpenAPI description.

type Schemas = components["schemas"];

export interface Account {
  readonly uuid: string;
  readonly nickname: string;
}

export interface Pull {
  readonly id: number;
  readonly author: Account;
  title: string;
  description: string;
  state: "OPEN" | "MERGED" | "DECLINED";
  draft: boolean;
  readonly source: string;
  destination: string;
  /** Head of the source branch. It remains after the branch is deleted. */
  sourceSha: string;
  mergeSha: string | null;
  reviewers: Account[];
  readonly reviewStates: Map<
    Account,
    { readonly state: "approved" | "changes_requested"; readonly at: string }
  >;
  readonly notes: Note[];
  readonly createdAt: string;
  updatedAt: string;
}

export interface Note {
  readonly id: number;
  readonly user: Account;
  raw: string;
  readonly inline: { readonly path: string; readonly to: number } | null;
  readonly parent: number | null;
  readonly createdAt: string;
}

export interface HookRecord {
  readonly uuid: string;
  url: string;
  secret: string;
  events: readonly string[];
  active: boolean;
}

/** Formats the time with microseconds and an offset, as Bitbucket does. */
export const now = () => new Date().toISOString().replace("Z", "123+00:00");

export function showAccount({ uuid, nickname }: Account) {
  return {
    type: "user",
    uuid,
    nickname,
    display_name: `${nickname} Person`,
    account_id: `712020:${uuid.slice(1, 9)}`,
    links: { html: { href: `https://bitbucket.org/${encodeURIComponent(uuid)}/` } },
  };
}

/**
 * Returns a pull request. Like Bitbucket, abbreviates the hash of the source branch's head. The OpenAPI description does not mention this.
 */
export function showPull(pull: Pull, repository: Schemas["repository"], page: string) {
  const endpoint = (branch: string, hash: string) => ({
    branch: { name: branch },
    commit: { type: "commit", hash: hash.slice(0, 12) },
    repository,
  });
  const shown = {
    type: "pullrequest",
    id: pull.id,
    title: pull.title,
    description: pull.description,
    state: pull.state,
    draft: pull.draft,
    author: { ...showAccount(pull.author), type: "account" },
    source: endpoint(pull.source, pull.sourceSha),
    destination: endpoint(pull.destination, "0".repeat(40)),
    close_source_branch: false,
    comment_count: pull.notes.length,
    task_count: 0,
    reviewers: pull.reviewers.map((one) => ({ ...showAccount(one), type: "account" as const })),
    participants: [...pull.reviewStates].map(([user, { state, at }]) => ({
      type: "participant" as const,
      user: { ...showAccount(user), type: "account" as const },
      role: "PARTICIPANT" as const,
      approved: state === "approved",
      state,
      participated_on: at,
    })),
    links: { html: { href: `${page}/pull-requests/${pull.id}` } },
    created_on: pull.createdAt,
    updated_on: pull.updatedAt,
    ...(pull.mergeSha === null ? {} : { merge_commit: { hash: pull.mergeSha.slice(0, 12) } }),
  } satisfies Schemas["pullrequest"];
  return shown;
}

export function showNote(note: Note, pull: Pull, page: string) {
  const shown = {
    type: "pullrequest_comment",
    id: note.id,
    content: { raw: note.raw, markup: "markdown", html: "" },
    user: { ...showAccount(note.user), type: "account" },
    created_on: note.createdAt,
    updated_on: note.createdAt,
    deleted: false,
    pending: false,
    links: { html: { href: `${page}/pull-requests/${pull.id}/_/diff#comment-${note.id}` } },
    ...(note.inline === null ? {} : { inline: note.inline }),
    ...(note.parent === null ? {} : { parent: { type: "comment", id: note.parent } }),
  } satisfies Schemas["pullrequest_comment"];
  return shown;
}
