import { z } from "zod";
import { apiUserSchema } from "../access/user.ts";
import type { GitlabClient } from "../client/gitlab-client.ts";
import { apiPath } from "../client/gitlab-request.ts";

const text = z.string();
const optionalText = text.nullish();
const optionalNumber = z.number().int().nullish();

/** Fields of an entry in a project's activity that the adapter reads. */
const activitySchema = z.object({
  action_name: text,
  target_type: optionalText,
  target_iid: optionalNumber,
  created_at: text,
  author: apiUserSchema.nullish(),
  note: z.object({ noteable_type: optionalText, noteable_iid: optionalNumber }).nullish(),
  push_data: z
    .object({ action: text, ref_type: optionalText, ref: optionalText, commit_to: optionalText })
    .nullish(),
});

export type Activity = z.infer<typeof activitySchema>;

const perPage = 100;
const maxPages = 20;
const dayMs = 24 * 60 * 60_000;

/** Returns the activity since a point in time, oldest first. Reads it newest first, so that the page limit drops the oldest entries. */
export async function readActivity(
  client: GitlabClient,
  project: string,
  since: Date,
  signal: AbortSignal,
): Promise<readonly Activity[]> {
  // GitLab expects a date in its own time zone, and returns the entries after that date. Two days are a safe margin.
  const after = new Date(since.getTime() - 2 * dayMs).toISOString().slice(0, 10);
  const found: Activity[] = [];
  for (let page = 1; page <= maxPages; page++) {
    signal.throwIfAborted();
    const entries = await client.read(z.array(activitySchema), {
      path: apiPath`projects/${project}/events`,
      query: { after, sort: "desc", per_page: perPage, page },
    });
    const recent = entries.filter(({ created_at }) => new Date(created_at) > since);
    found.push(...recent);
    if (entries.length < perPage || recent.length < entries.length) break;
  }
  return found.reverse();
}
