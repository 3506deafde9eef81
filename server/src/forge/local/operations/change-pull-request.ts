import { AppError } from "../../../core/base/index.ts";
import type {
  ForgePullRequestChange,
  LocalPullRequest,
  LocalPullRequestChange,
} from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { branchSha } from "../git/plumbing.ts";
import { peopleOf } from "../people.ts";
import { getPull, type SeenPullRequest, withHead } from "./heads.ts";
import { refuseArchived } from "./places.ts";

/**
 * Updates a pull request and publishes an event for each change. Throws `not_found` if the pull request does not exist, `invalid_input` if
 * its base cannot be changed to this branch, or `conflict` if the repository is archived or the pull request cannot be reopened.
 */
export async function changePullRequest(
  context: LocalContext,
  place: Place,
  number: number,
  change: ForgePullRequestChange,
): Promise<SeenPullRequest> {
  let pull: LocalPullRequest = await getPull(context, place, number);
  refuseArchived(place);
  pull = await edit(context, place, pull, change);
  pull = await setDraft(context, place, pull, change.isDraft);
  pull = await setStatus(context, place, pull, change.status);
  pull = await addLabels(context, place, pull, change.labels ?? []);
  pull = await addReviewers(context, place, pull, change.reviewers ?? []);
  return withHead(context, place, pull);
}

/** Replaces all labels without publishing an event. */
export async function setLabels(
  context: LocalContext,
  place: Place,
  number: number,
  labels: readonly string[],
): Promise<void> {
  await save(context, place, number, { labels: [...new Set(labels)] });
}

export async function removeReviewers(
  context: LocalContext,
  place: Place,
  number: number,
  logins: readonly string[],
): Promise<SeenPullRequest> {
  const pull = await getPull(context, place, number);
  const gone = pull.reviewers.filter(({ login }) => logins.includes(login));
  if (gone.length === 0) return pull;
  const reviewers = pull.reviewers.filter(({ login }) => !logins.includes(login));
  const changed = await save(context, place, number, { reviewers });
  for (const reviewer of gone)
    await publishChange(context, place, { action: "review_request_removed", pull: changed, reviewer });
  return withHead(context, place, changed);
}

async function edit(
  context: LocalContext,
  place: Place,
  pull: LocalPullRequest,
  { title, body, base }: ForgePullRequestChange,
): Promise<LocalPullRequest> {
  const wanted = { title, body, base };
  const changed = Object.entries(wanted).filter(
    ([field, value]) => value !== undefined && value !== pull[field as keyof typeof wanted],
  );
  if (changed.length === 0) return pull;
  if (base !== undefined && base !== pull.base) await checkBase(context, place, pull, base);
  const saved = await save(context, place, pull.number, Object.fromEntries(changed));
  const changes = Object.fromEntries(
    changed.map(([field]) => {
      const former = pull[field as keyof typeof wanted];
      return [field, field === "base" ? { ref: { from: former } } : { from: former }];
    }),
  );
  await publishChange(context, place, { action: "edited", pull: saved, changes });
  return saved;
}

async function checkBase(context: LocalContext, place: Place, pull: LocalPullRequest, base: string) {
  if (pull.status !== "open")
    throw new AppError(
      "invalid_input",
      "The base of a closed pull request cannot be changed. Reopen it first.",
    );
  if ((await branchSha(place.gitDir, base)) === null)
    throw new AppError(
      "invalid_input",
      `The branch "${base}" does not exist in ${place.repository.owner}/${place.repository.name}. Push it first.`,
    );
  const other = await context.records.pulls.findOpen(place.repository.id, pull.head, base);
  if (other !== null)
    throw new AppError(
      "invalid_input",
      `A pull request already exists for ${place.repository.owner}:${pull.head}.`,
    );
}

async function setDraft(
  context: LocalContext,
  place: Place,
  pull: LocalPullRequest,
  isDraft: boolean | undefined,
): Promise<LocalPullRequest> {
  if (isDraft === undefined || isDraft === pull.isDraft) return pull;
  const saved = await save(context, place, pull.number, { isDraft });
  await publishChange(context, place, {
    action: isDraft ? "converted_to_draft" : "ready_for_review",
    pull: saved,
  });
  return saved;
}

async function setStatus(
  context: LocalContext,
  place: Place,
  pull: LocalPullRequest,
  status: "open" | "closed" | undefined,
): Promise<LocalPullRequest> {
  if (status === undefined || status === pull.status) return pull;
  if (pull.status === "merged") {
    if (status === "closed") return pull;
    throw new AppError("conflict", `Pull request ${pull.number} is merged, so it cannot be reopened.`);
  }
  if (status === "closed") return closePullRequest(context, place, pull);
  const { repository, gitDir } = place;
  if ((await context.records.pulls.findOpen(repository.id, pull.head, pull.base)) !== null)
    throw new AppError("conflict", `A pull request already exists for ${repository.owner}:${pull.head}.`);
  if ((await branchSha(gitDir, pull.head)) === null)
    throw new AppError(
      "conflict",
      `The branch "${pull.head}" no longer exists. Push it, then reopen the pull request.`,
    );
  const saved = await save(context, place, pull.number, { status: "open", closedAt: null, closedBy: null });
  await publishChange(context, place, { action: "reopened", pull: saved });
  return saved;
}

/** Closes a pull request and publishes an event. Does nothing if it is no longer open. */
export async function closePullRequest(
  context: LocalContext,
  place: Place,
  pull: LocalPullRequest,
): Promise<LocalPullRequest> {
  const closed = await context.records.pulls.update(
    place.repository.id,
    pull.number,
    { status: "closed", closedAt: context.clock.now(), closedBy: place.actor.user },
    { ifOpen: true },
  );
  if (closed === null) return (await context.records.pulls.find(place.repository.id, pull.number)) ?? pull;
  await publishChange(context, place, { action: "closed", pull: closed });
  return closed;
}

async function addLabels(
  context: LocalContext,
  place: Place,
  pull: LocalPullRequest,
  labels: readonly string[],
): Promise<LocalPullRequest> {
  const added = [...new Set(labels)].filter((label) => !pull.labels.includes(label));
  if (added.length === 0) return pull;
  const saved = await save(context, place, pull.number, { labels: [...pull.labels, ...added] });
  for (const label of added) await publishChange(context, place, { action: "labeled", pull: saved, label });
  return saved;
}

/** Adds reviewers. Ignores the author and users outside the organization. */
async function addReviewers(
  context: LocalContext,
  place: Place,
  pull: LocalPullRequest,
  logins: readonly string[],
): Promise<LocalPullRequest> {
  if (logins.length === 0) return pull;
  const people = await peopleOf(context, place.repository.organizationId);
  const added = people.filter(
    ({ id, login }) =>
      logins.includes(login) && id !== pull.author?.id && !pull.reviewers.some((one) => one.id === id),
  );
  if (added.length === 0) return pull;
  const saved = await save(context, place, pull.number, { reviewers: [...pull.reviewers, ...added] });
  for (const reviewer of added)
    await publishChange(context, place, { action: "review_requested", pull: saved, reviewer });
  return saved;
}

async function save(context: LocalContext, place: Place, number: number, change: LocalPullRequestChange) {
  return (await context.records.pulls.update(place.repository.id, number, change))!;
}

type PullRequestChange = Parameters<LocalContext["publish"]>[2] extends infer Change
  ? Change extends { readonly about: "pullRequest" }
    ? Omit<Change, "about">
    : never
  : never;

const publishChange = (context: LocalContext, { repository, actor }: Place, change: PullRequestChange) =>
  context.publish(repository, actor.user, { about: "pullRequest", ...change } as Parameters<
    LocalContext["publish"]
  >[2]);
