import { basename } from "node:path";
import { AppError } from "../../../core/base/index.ts";
import { type LocalComment, suggestionIn } from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import type { Lines } from "../git/follow-lines.ts";
import { makeTree, readBlob, writeBlob } from "../git/objects.ts";
import { makeCommit, moveRef } from "../git/plumbing.ts";
import { protectedBranches } from "../git/repositories.ts";
import { identityOf } from "../people.ts";
import { repositoryGit } from "../repository-git.ts";
import { getPull, type SeenPullRequest } from "./heads.ts";
import { noticePush } from "./notice-push.ts";
import { refuseArchived } from "./places.ts";
import { linesNow, resolveThread } from "./review-threads.ts";

/**
 * Commits a comment's suggestion to the head branch, and resolves its thread. The lines may have moved since the suggestion, but their text
 * must be unchanged. Throws `conflict` if they have changed or the branch cannot be changed, or `invalid_input` if the comment has no
 * suggestion for lines of the head.
 */
export async function applySuggestion(
  context: LocalContext,
  place: Place,
  comment: LocalComment,
): Promise<{ readonly sha: string }> {
  const pull = await getPull(context, place, comment.number);
  refuseArchived(place);
  if (pull.status !== "open")
    throw new AppError(
      "conflict",
      `Pull request ${pull.number} is ${pull.status}, so the suggestion cannot be applied.`,
    );
  if ((await protectedBranches(place.gitDir)).has(pull.head))
    throw new AppError(
      "conflict",
      `The branch "${pull.head}" is protected, so the suggestion cannot be applied. Make the suggestion in a pull request from another branch.`,
    );
  const suggested = suggestionIn(comment.body);
  const at = comment.place!;
  if (suggested === null || at.line === null || at.side === "old")
    throw new AppError("invalid_input", "This comment contains no suggestion.");
  const lines = await linesNow(place, pull, at);
  if (lines === null || lines === "same") throw outdated(at.path);
  const tree = await changedTree(place.gitDir, pull, { path: at.path, lines, suggested });
  const sha = await makeCommit(place.gitDir, {
    tree,
    parents: [pull.headSha],
    message: messageOf(context, place, comment),
    author: identityOf(context, place.actor.user),
    committer: identityOf(context, place.actor.user),
  });
  const ref = `refs/heads/${pull.head}`;
  if (!(await moveRef(place.gitDir, ref, { from: pull.headSha, to: sha })))
    throw new AppError("conflict", `The branch "${pull.head}" has just changed. Review it and try again.`);
  await resolveThread(context, place, comment, true);
  await noticePush(context, place.repository, place.actor.user, { ref, before: pull.headSha, after: sha });
  return { sha };
}

const outdated = (path: string) =>
  new AppError(
    "conflict",
    `The lines of "${path}" have changed since the suggestion. Suggest the change again on the current lines, or ask the agent.`,
  );

function messageOf(context: LocalContext, { actor }: Place, { place, author }: LocalComment): string {
  // Replaces control characters, so that a file name cannot add lines to the commit message.
  const title = `Apply a suggestion to ${basename(place!.path).replaceAll(/[\x00-\x1f]/g, " ")}\n`;
  if (author.id === actor.user.id) return title;
  const { name, email } = identityOf(context, author);
  return `${title}\nCo-authored-by: ${name.replaceAll(/[\x00-\x1f<>]/g, " ")} <${email}>\n`;
}

async function changedTree(
  gitDir: string,
  { headSha }: SeenPullRequest,
  change: { readonly path: string; readonly lines: Lines; readonly suggested: readonly string[] },
): Promise<string> {
  const { path } = change;
  const asked = ["--git-dir", gitDir, "ls-tree", "-z", "--full-tree", headSha, "--", path];
  const { text } = await repositoryGit(asked, [], "", { GIT_LITERAL_PATHSPECS: "1" });
  const [, mode, blob] = /^(100\d{3}) blob ([0-9a-f]+)\t/.exec(text) ?? [];
  const content = blob === undefined ? null : await readBlob(gitDir, blob);
  if (mode === undefined || content === null || content.includes(0))
    throw new AppError("conflict", `"${path}" is not a text file, so a suggestion cannot change it.`);
  const changed = replaceLines(content, change.lines, change.suggested);
  if (changed === null) throw outdated(path);
  if (changed.equals(content))
    throw new AppError("conflict", `The lines of "${path}" already match the suggestion.`);
  const sha = await writeBlob(gitDir, changed);
  const tree = await makeTree(gitDir, headSha, [{ path, mode, sha }]);
  if (tree === null) throw new AppError("forge_failed", `git could not write a tree with "${path}".`);
  return tree;
}

/** Replaces lines, and preserves the bytes and line endings of all other lines. Returns null if the lines do not exist. Pure. */
export function replaceLines(
  content: Buffer,
  { start, end }: Lines,
  suggested: readonly string[],
): Buffer | null {
  // Latin-1 maps each byte to one character, so bytes that are not valid UTF-8 are preserved.
  const lines = content.toString("latin1").split("\n");
  const former = lines[end - 1];
  if (former === undefined || (end === lines.length && former === "")) return null;
  const ending = lines[start - 1]!.endsWith("\r") ? "\r" : "";
  const given = suggested.map((line) => Buffer.from(line, "utf8").toString("latin1") + ending);
  lines.splice(start - 1, end - start + 1, ...given);
  return Buffer.from(lines.join("\n"), "latin1");
}
