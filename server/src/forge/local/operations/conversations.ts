import { AppError } from "../../../core/base/index.ts";
import type {
  LocalComment,
  LocalIssue,
  LocalPullRequest,
  LocalReaction,
} from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { hunkAt, readChanges, readPatch } from "../git/changes.ts";
import { branchSha, mergeBase } from "../git/plumbing.ts";
import { getPull, noSuch, type SeenPullRequest } from "./heads.ts";

/** Returns the pull request or issue with this number. Both kinds share one sequence of numbers. Throws `not_found` if neither exists. */
export async function getThread(
  context: LocalContext,
  place: Place,
  number: number,
): Promise<
  | { readonly kind: "pullRequest"; readonly pull: LocalPullRequest }
  | { readonly kind: "issue"; readonly issue: LocalIssue }
> {
  const issue = await context.records.issues.find(place.repository.id, number);
  if (issue !== null) return { kind: "issue", issue };
  const pull = await context.records.pulls.find(place.repository.id, number);
  if (pull !== null) return { kind: "pullRequest", pull };
  throw noSuch(place, "issue or pull request", number);
}

export async function writeComment(
  context: LocalContext,
  place: Place,
  number: number,
  body: string,
): Promise<LocalComment> {
  await getThread(context, place, number);
  return insert(context, place, {
    number,
    kind: "comment",
    body,
    place: null,
    reviewId: null,
    replyTo: null,
  });
}

export interface InlineInput {
  readonly path: string;
  /** Line that the comment refers to, or null for a comment on the whole file. */
  readonly line: number | null;
  /** First line of a range, or null or undefined for a single line. */
  readonly startLine?: number | null | undefined;
  readonly side: "new" | "old";
  readonly body: string;
}

/**
 * Returns the position of an inline comment. Throws `invalid_input` if the file or a line is not in the diff, or if the start line does not
 * precede the line.
 */
export async function placeInline(
  { gitDir }: Pick<Place, "gitDir">,
  pull: SeenPullRequest,
  { path, line, startLine = null, side }: InlineInput,
): Promise<NonNullable<LocalComment["place"]>> {
  const base = await baseOf(gitDir, pull);
  const patch = await readPatch(gitDir, base, pull.headSha, path);
  const isChanged =
    patch !== "" || (await readChanges(gitDir, base, pull.headSha)).some((file) => file.path === path);
  if (!isChanged)
    throw new AppError("invalid_input", `The file "${path}" is not part of pull request ${pull.number}.`);
  if (startLine !== null && (line === null || startLine >= line))
    throw new AppError("invalid_input", "A start line requires a later end line.");
  const diffHunk = line === null ? patch.split("\n", 1)[0]! : hunkAt(patch, line, side);
  const isStartShown = startLine === null || hunkAt(patch, startLine, side) !== null;
  if (diffHunk === null || !isStartShown)
    throw new AppError(
      "invalid_input",
      `Line ${isStartShown ? line : startLine} of "${path}" is not part of the diff of pull request ${pull.number}.`,
    );
  return { path, line, startLine, side, diffHunk, commitSha: pull.headSha };
}

/** Returns the merge base of head and base, or null if they have no common ancestor or the base branch does not exist. */
export async function baseOf(gitDir: string, pull: SeenPullRequest): Promise<string | null> {
  const now = pull.status === "open" ? await branchSha(gitDir, pull.base) : null;
  const base = now ?? pull.baseSha ?? (await branchSha(gitDir, pull.base));
  return base === null ? null : mergeBase(gitDir, base, pull.headSha);
}

export async function writeInline(
  context: LocalContext,
  place: Place,
  number: number,
  input: InlineInput,
): Promise<LocalComment> {
  const pull = await getPull(context, place, number);
  const at = await placeInline(place, pull, input);
  return insert(context, place, {
    number,
    kind: "inline",
    body: input.body,
    place: at,
    reviewId: null,
    replyTo: null,
  });
}

/** Replies in the thread of an inline comment. Throws `not_found` if this pull request has no such inline comment. */
export async function replyInline(
  context: LocalContext,
  place: Place,
  number: number,
  commentId: number,
  body: string,
): Promise<LocalComment> {
  const to = await context.records.comments.find(place.repository.id, commentId);
  if (to === null || to.kind !== "inline" || to.number !== number)
    throw noSuch(place, "inline comment", commentId);
  return insert(context, place, {
    number,
    kind: "inline",
    body,
    place: to.place,
    reviewId: null,
    replyTo: to.replyTo ?? to.id,
  });
}

export async function changeComment(
  context: LocalContext,
  place: Place,
  kind: LocalComment["kind"],
  id: number,
  body: string,
): Promise<LocalComment> {
  await getComment(context, place, kind, id);
  const comment = (await context.records.comments.update(place.repository.id, id, body))!;
  await context.publish(place.repository, place.actor.user, { about: "comment", action: "edited", comment });
  return comment;
}

export async function getComment(
  context: LocalContext,
  place: Place,
  kind: LocalComment["kind"],
  id: number,
): Promise<LocalComment> {
  const comment = await context.records.comments.find(place.repository.id, id);
  if (comment === null || comment.kind !== kind) throw noSuch(place, "comment", id);
  return comment;
}

/** Adds a reaction. A repeated call has no effect. */
export async function react(
  context: LocalContext,
  { repository, actor }: Place,
  subject: Pick<LocalReaction, "subject" | "subjectId">,
  content: string,
): Promise<{ readonly reaction: LocalReaction; readonly isNew: boolean }> {
  return context.records.reactions.add({
    ...subject,
    repositoryId: repository.id,
    content,
    author: actor.user,
  });
}

async function insert(
  context: LocalContext,
  { repository, actor }: Place,
  input: Omit<
    LocalComment,
    "id" | "repositoryId" | "author" | "resolvedAt" | "resolvedBy" | "createdAt" | "updatedAt"
  >,
): Promise<LocalComment> {
  const comment = await context.records.comments.insert({
    ...input,
    repositoryId: repository.id,
    author: actor.user,
  });
  await touch(context, repository.id, input.number);
  await context.publish(repository, actor.user, { about: "comment", action: "created", comment });
  return comment;
}

/** Records that a new comment has updated the pull request or issue. */
async function touch(context: LocalContext, repositoryId: string, number: number): Promise<void> {
  const { pulls, issues } = context.records;
  if ((await pulls.update(repositoryId, number, {})) === null) await issues.update(repositoryId, number, {});
}
