import type { LocalIssue, LocalIssueChange } from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { noSuch } from "./heads.ts";
import { refuseArchived } from "./places.ts";

export async function openIssue(
  context: LocalContext,
  place: Place,
  input: { readonly title: string; readonly body: string; readonly labels: readonly string[] },
): Promise<LocalIssue> {
  const { repository, actor } = place;
  refuseArchived(place);
  const labels = [...new Set(input.labels)];
  const issue = await context.records.issues.insert({
    ...input,
    labels,
    repositoryId: repository.id,
    author: actor.user,
  });
  await context.publish(repository, actor.user, { about: "issue", action: "opened", issue });
  return issue;
}

/**
 * Updates an issue, and publishes an event for each kind of change. Throws `not_found` if the issue does not exist, or `conflict` if the
 * repository is archived.
 */
export async function changeIssue(
  context: LocalContext,
  place: Place,
  number: number,
  change: {
    readonly title?: string;
    readonly body?: string;
    readonly status?: "open" | "closed";
    readonly labels?: readonly string[];
  },
): Promise<LocalIssue> {
  const { repository, actor } = place;
  const { issues } = context.records;
  let issue = await issues.find(repository.id, number);
  if (issue === null) throw noSuch(place, "issue", number);
  refuseArchived(place);
  const apply = async (action: "edited" | "labeled" | "closed" | "reopened", fields: LocalIssueChange) => {
    issue = (await issues.update(repository.id, number, fields))!;
    await context.publish(repository, actor.user, { about: "issue", action, issue });
  };
  const { title, body, status, labels } = change;
  const isEdited =
    (title !== undefined && title !== issue.title) || (body !== undefined && body !== issue.body);
  if (isEdited)
    await apply("edited", {
      ...(title !== undefined && { title }),
      ...(body !== undefined && { body }),
    });
  const wanted = labels && [...new Set(labels)];
  if (wanted !== undefined && wanted.join("\0") !== issue.labels.join("\0"))
    await apply("labeled", { labels: wanted });
  if (status === "closed" && issue.status === "open")
    await apply("closed", { status, closedAt: context.clock.now() });
  if (status === "open" && issue.status === "closed") await apply("reopened", { status, closedAt: null });
  return issue;
}
