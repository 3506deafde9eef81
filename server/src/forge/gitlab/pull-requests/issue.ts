import type { ForgeIssue } from "../../../core/forges/index.ts";
import { type GitlabUser, toUser } from "../access/user.ts";

/** What is read of an issue of GitLab's API. */
export interface GitlabIssue {
  readonly id: number;
  readonly iid: number;
  readonly title: string;
  readonly description?: string | null;
  readonly state: string;
  readonly author?: GitlabUser | null;
  readonly labels?: readonly string[];
  readonly web_url: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export function toIssue(found: GitlabIssue): ForgeIssue {
  return {
    number: found.iid,
    externalId: String(found.id),
    url: found.web_url,
    title: found.title,
    body: found.description ?? "",
    status: found.state === "closed" ? "closed" : "open",
    author: found.author ? toUser(found.author) : null,
    labels: found.labels ?? [],
    createdAt: new Date(found.created_at),
    updatedAt: new Date(found.updated_at),
  };
}
