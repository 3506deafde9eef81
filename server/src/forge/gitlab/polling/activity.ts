import type { GitlabUser } from "../access/user.ts";
import type { GitlabClient } from "../client/gitlab-client.ts";

/** What is read of an entry of a project's activity. */
export interface Activity {
  readonly action_name: string;
  readonly target_type: string | null;
  readonly target_iid: number | null;
  readonly created_at: string;
  readonly author?: GitlabUser | null;
  readonly note?: { readonly noteable_type: string; readonly noteable_iid?: number | null } | null;
  readonly push_data?: {
    readonly action: string;
    readonly ref_type: string;
    readonly ref: string | null;
    readonly commit_from: string | null;
    readonly commit_to: string | null;
  } | null;
}

const perPage = 100;
const mostPages = 20;
const dayMs = 24 * 60 * 60_000;

/** Newest first and read backwards, so that the limit costs the oldest ones. */
export async function readActivity(
  client: GitlabClient,
  project: string,
  since: Date,
  signal: AbortSignal,
): Promise<readonly Activity[]> {
  // GitLab takes a day in its own time zone here, and tells what came after it.
  const after = new Date(since.getTime() - 2 * dayMs).toISOString().slice(0, 10);
  const found: Activity[] = [];
  for (let page = 1; page <= mostPages; page++) {
    signal.throwIfAborted();
    const options = { projectId: project, after, sort: "desc", perPage, page };
    const entries = (await client.events.all(options as object)) as unknown as Activity[];
    const news = entries.filter(({ created_at }) => new Date(created_at) > since);
    found.push(...news);
    if (entries.length < perPage || news.length < entries.length) break;
  }
  return found.reverse();
}
