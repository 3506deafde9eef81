import type { EventRepository, ForgeEvent, ForgeThread, RepositoryRef } from "../../../core/forges/index.ts";
import { type GitlabClient, projectOf } from "../client/gitlab-client.ts";
import { apiPath } from "../client/gitlab-request.ts";
import { listComments } from "../conversations/list-comments.ts";
import { apiProjectSchema, splitPath } from "../repositories/project.ts";
import { type Activity, readActivity } from "./activity.ts";
import { type Changed, issueEvents, pullRequestEvents, readChanged } from "./changed.ts";
import { checkEvents } from "./check-events.ts";
import { pushEvents } from "./push-events.ts";

/** Maximum number of conversations that one poll reads. */
const maxThreads = 50;

/**
 * Returns the events since a point in time. The project's activity contains the actor, action and time of each event. The objects require
 * separate requests. GitLab does not record that a draft became ready or that a title changed, so both become `updated`. Source: "Events
 * API".
 */
export async function eventsSince(
  client: GitlabClient,
  repository: RepositoryRef,
  since: Date,
  signal: AbortSignal,
): Promise<readonly ForgeEvent[]> {
  const project = await client.read(apiProjectSchema, { path: apiPath`projects/${projectOf(repository)}` });
  const about: EventRepository = {
    externalId: String(project.id),
    ...splitPath(project.path_with_namespace),
    url: project.web_url,
  };
  const activity = await readActivity(client, projectOf(repository), since, signal);
  signal.throwIfAborted();
  const changed = await readChanged(client, projectOf(repository), since);
  signal.throwIfAborted();
  const events = [
    ...pullRequestEvents(about, activity, changed),
    ...issueEvents(about, activity, changed),
    ...pushEvents(about, activity, changed),
    ...(await commentEvents(client, { repository, about }, { activity, changed }, { since, signal })),
    ...(await checkEvents(client, { repository, about }, since)),
  ];
  return events.sort((a, b) => a.at.getTime() - b.at.getTime());
}

/**
 * Returns the comment events. Reads the comments of at most `maxThreads` conversations that the activity contains, because the activity omits
 * thread IDs.
 */
async function commentEvents(
  client: GitlabClient,
  { repository, about }: { readonly repository: RepositoryRef; readonly about: EventRepository },
  { activity, changed }: { readonly activity: readonly Activity[]; readonly changed: Changed },
  { since, signal }: { readonly since: Date; readonly signal: AbortSignal },
): Promise<ForgeEvent[]> {
  const threads = new Map<string, ForgeThread>();
  for (const { note } of activity) {
    const kind = note && kinds[note.noteable_type ?? ""];
    if (!kind || note.noteable_iid == null) continue;
    const isHidden = kind === "issue" && !changed.issues.has(note.noteable_iid);
    if (!isHidden) threads.set(`${kind} ${note.noteable_iid}`, { kind, number: note.noteable_iid });
  }
  const events: ForgeEvent[] = [];
  for (const thread of [...threads.values()].slice(0, maxThreads)) {
    signal.throwIfAborted();
    for (const comment of await listComments(client, repository, thread)) {
      if (comment.createdAt <= since) continue;
      events.push({
        type: "comment.created",
        repository: about,
        actor: comment.author,
        at: comment.createdAt,
        thread,
        comment,
      });
    }
  }
  return events;
}

const kinds: Readonly<Record<string, ForgeThread["kind"]>> = { MergeRequest: "pullRequest", Issue: "issue" };
