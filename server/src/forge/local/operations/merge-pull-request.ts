import type { MergeMethod } from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { readCommits } from "../git/commits.ts";
import { branchSha, isAncestor, makeCommit, mergeBase, mergedTree, moveRef } from "../git/plumbing.ts";
import { identityOf } from "../people.ts";
import { getPull, type SeenPullRequest } from "./heads.ts";
import { refuseArchived } from "./places.ts";

export type Merged =
  | { readonly outcome: "merged"; readonly sha: string; readonly pull: SeenPullRequest }
  | {
      readonly outcome: "headMoved" | "conflict" | "draft" | "closed" | "baseMoved";
      readonly sentence: string;
    };

export interface MergeInput {
  readonly method: MergeMethod;
  /** Head that the caller expects. If undefined, merges the current head. */
  readonly headSha?: string;
  readonly title?: string;
  readonly message?: string;
}

/**
 * Merges a pull request without a checkout, by writing only git objects. Records the new commit first, and then moves the base with a
 * compare-and-swap. If the merge is interrupted, the next attempt completes it. Throws `not_found` if the pull request does not exist, or
 * `conflict` if the repository is archived. Returns other reasons against the merge as the outcome.
 */
export async function mergePullRequest(
  context: LocalContext,
  place: Place,
  number: number,
  input: MergeInput,
): Promise<Merged> {
  const pull = await getPull(context, place, number);
  if (pull.status === "merged") return { outcome: "merged", sha: pull.mergeSha ?? pull.headSha, pull };
  refuseArchived(place);
  const refusal = refusalOf(pull, input);
  if (refusal !== null) return refusal;
  const { gitDir } = place;
  for (let tries = 0; tries < maxTries; tries++) {
    const baseSha = await branchSha(gitDir, pull.base);
    if (baseSha === null)
      return {
        outcome: "conflict",
        sentence: `Pull request ${number} cannot be merged, because its base branch no longer exists.`,
      };
    const earlier = pull.mergeSha ?? pull.headSha;
    if (await isAncestor(gitDir, earlier, baseSha)) return settle(context, place, pull, earlier);
    const written = await writeMerge(context, place, { pull, baseSha, input });
    if ("conflictsIn" in written)
      return { outcome: "conflict", sentence: conflictSentence(pull, written.conflictsIn) };
    const { sha } = written;
    await context.records.pulls.update(place.repository.id, number, { mergeSha: sha });
    if (await moveRef(gitDir, `refs/heads/${pull.base}`, { from: baseSha, to: sha })) {
      await context.publish(place.repository, place.actor.user, {
        about: "push",
        push: { ref: `refs/heads/${pull.base}`, before: baseSha, after: sha },
      });
      return settle(context, place, pull, sha);
    }
  }
  return { outcome: "baseMoved", sentence: `Base branch ${pull.base} was modified. Try the merge again.` };
}

const maxTries = 5;
/** Maximum number of commits that a rebase recreates. */
const maxRebased = 1000;
/** Maximum number of files in a conflict message. */
const maxNamed = 10;

/** Marks the pull request as merged, and publishes the event only once. */
export async function settle(
  context: LocalContext,
  { repository, actor }: Place,
  pull: SeenPullRequest,
  sha: string,
): Promise<Merged> {
  const at = context.clock.now();
  const merged = await context.records.pulls.update(
    repository.id,
    pull.number,
    { status: "merged", mergeSha: sha, mergedBy: actor.user, mergedAt: at, closedAt: at },
    { ifOpen: true },
  );
  if (merged !== null)
    await context.publish(repository, actor.user, { about: "pullRequest", action: "closed", pull: merged });
  const now = merged ?? (await context.records.pulls.find(repository.id, pull.number)) ?? pull;
  return { outcome: "merged", sha, pull: { ...now, headSha: pull.headSha } };
}

function refusalOf(pull: SeenPullRequest, { headSha }: MergeInput): Merged | null {
  if (pull.status === "closed")
    return { outcome: "closed", sentence: `Pull request ${pull.number} is closed. Reopen it to merge it.` };
  if (pull.isDraft)
    return {
      outcome: "draft",
      sentence: `Pull request ${pull.number} is still a draft. Mark it as ready for review to merge it.`,
    };
  if (headSha !== undefined && headSha !== pull.headSha)
    return { outcome: "headMoved", sentence: "Head branch was modified. Review and try the merge again." };
  return null;
}

type Written = { readonly sha: string } | { readonly conflictsIn: readonly string[] };

function conflictSentence({ number, base, head }: SeenPullRequest, files: readonly string[]): string {
  const named = files.slice(0, maxNamed).join(", ");
  const more = files.length > maxNamed ? ` and ${files.length - maxNamed} more` : "";
  const where = files.length === 0 ? "" : ` in ${named}${more}`;
  return `Pull request ${number} conflicts with ${base}${where}. Merge ${base} into ${head} and resolve the conflicts.`;
}

async function writeMerge(
  context: LocalContext,
  place: Place,
  merge: { readonly pull: SeenPullRequest; readonly baseSha: string; readonly input: MergeInput },
): Promise<Written> {
  const { pull, baseSha, input } = merge;
  if (input.method === "rebase") return rebase(context, place, pull.headSha, baseSha);
  const merged = await mergedTree(place.gitDir, baseSha, pull.headSha);
  if ("conflictsIn" in merged) return merged;
  const isSquash = input.method === "squash";
  const title =
    input.title ??
    (isSquash
      ? `${pull.title} (#${pull.number})`
      : `Merge pull request #${pull.number} from ${place.repository.owner}/${pull.head}`);
  const message = input.message ?? (isSquash ? pull.body : pull.title);
  const person = identityOf(context, place.actor.user);
  const author = isSquash && pull.author !== null ? identityOf(context, pull.author) : person;
  const sha = await makeCommit(place.gitDir, {
    tree: merged.tree,
    parents: isSquash ? [baseSha] : [baseSha, pull.headSha],
    message: message === "" ? `${title}\n` : `${title}\n\n${message}\n`,
    author,
    committer: person,
  });
  return { sha };
}

/** Rebases the head's own commits onto the base, without merge commits. Reports too many commits as a conflict without files. */
async function rebase(
  context: LocalContext,
  { gitDir, actor }: Place,
  headSha: string,
  baseSha: string,
): Promise<Written> {
  const start = await mergeBase(gitDir, baseSha, headSha);
  const range = start === null ? [headSha] : [headSha, `^${start}`];
  const commits = await readCommits(gitDir, ["--no-merges", ...range], { limit: maxRebased + 1 });
  if (commits.length > maxRebased) return { conflictsIn: [] };
  let onto = baseSha;
  for (const commit of commits) {
    const merged = await mergedTree(gitDir, onto, commit.sha, commit.parents[0]);
    if ("conflictsIn" in merged) return merged;
    onto = await makeCommit(gitDir, {
      tree: merged.tree,
      parents: [onto],
      message: `${commit.message}\n`,
      author: commit.author,
      committer: identityOf(context, actor.user),
    });
  }
  return { sha: onto };
}
