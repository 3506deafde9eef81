import type { EventRepository, ForgeEvent, RepositoryRef } from "../../../core/forges/index.ts";
import { toState } from "../checks/checks.ts";
import { mergedHead } from "../checks/merged-head.ts";
import { type GitlabClient, projectOf } from "../client/gitlab-client.ts";
import { orNull } from "../client/gitlab-refusal.ts";

interface Pipeline {
  readonly id: number;
  readonly name?: string | null;
  readonly ref: string;
  readonly sha: string;
  readonly status: string;
  readonly web_url: string;
  readonly updated_at: string;
}

/** Of a merge request: `refs/merge-requests/7/merge` for merged results, `.../head` for the head itself. */
const mergeRef = /^refs\/merge-requests\/\d+\/(merge|train)$/;

/** Pipelines that have ended; none where the project has no pipelines at all. */
export async function checkEvents(
  client: GitlabClient,
  { repository, about }: { readonly repository: RepositoryRef; readonly about: EventRepository },
  since: Date,
): Promise<ForgeEvent[]> {
  const project = projectOf(repository);
  const asked = { updatedAfter: since.toISOString(), perPage: 100, page: 1 };
  const pipelines = ((await orNull(client.pipelines.all(project, asked as object))) ??
    []) as unknown as Pipeline[];
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
  const commit = await orNull(client.commits.show(project, sha));
  return commit === null ? null : mergedHead(String(commit.message));
}
