import { z } from "zod";
import type { EventRepository, ForgeEvent, RepositoryRef } from "../../../core/forges/index.ts";
import { toState } from "../checks/checks.ts";
import { mergedHead } from "../checks/merged-head.ts";
import { type GitlabClient, projectOf } from "../client/gitlab-client.ts";
import { orNull } from "../client/gitlab-refusal.ts";
import { apiPath } from "../client/gitlab-request.ts";

const pipelineSchema = z.object({
  name: z.string().nullish(),
  ref: z.string(),
  sha: z.string(),
  status: z.string(),
  web_url: z.string(),
  updated_at: z.string(),
});
const commitSchema = z.object({ message: z.string().nullish() });

/**
 * Matches the refs of merge request pipelines that run on a commit created by GitLab: `refs/merge-requests/7/merge` for merged results and
 * `.../train` for merge trains. A pipeline for the head itself has the ref `.../head`.
 */
const mergeRef = /^refs\/merge-requests\/\d+\/(merge|train)$/;

/**
 * Returns an event for each complete pipeline among the 100 newest that changed after `since`, or an empty list if pipelines are disabled in
 * the project.
 */
export async function checkEvents(
  client: GitlabClient,
  { repository, about }: { readonly repository: RepositoryRef; readonly about: EventRepository },
  since: Date,
): Promise<ForgeEvent[]> {
  const project = projectOf(repository);
  const listed = client.read(z.array(pipelineSchema), {
    path: apiPath`projects/${project}/pipelines`,
    query: { updated_after: since.toISOString(), per_page: 100, page: 1 },
  });
  const pipelines = (await orNull(listed)) ?? [];
  const events: ForgeEvent[] = [];
  for (const pipeline of pipelines) {
    const conclusion = toState(pipeline.status);
    if (conclusion === "pending" || pipeline.status === "manual") continue;
    const head = mergeRef.test(pipeline.ref) ? await headOf(client, project, pipeline.sha) : null;
    events.push({
      type: "check.completed",
      repository: about,
      actor: null,
      at: new Date(pipeline.updated_at),
      sha: head ?? pipeline.sha,
      branch: pipeline.ref.startsWith("refs/") ? null : pipeline.ref,
      name: pipeline.name ?? "pipeline",
      kind: "pipeline",
      conclusion,
      url: pipeline.web_url,
    });
  }
  return events;
}

async function headOf(client: GitlabClient, project: string, sha: string): Promise<string | null> {
  const path = apiPath`projects/${project}/repository/commits/${sha}`;
  const commit = await orNull(client.read(commitSchema, { path }));
  return mergedHead(commit?.message ?? "");
}
