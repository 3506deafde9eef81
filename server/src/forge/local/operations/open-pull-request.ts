import type { LocalContext, Place } from "../context.ts";
import { mergeBase } from "../git/plumbing.ts";
import { readRefs } from "../repository-git.ts";
import { type SeenPullRequest, withHead } from "./heads.ts";
import { refuseArchived } from "./places.ts";

export type Opened =
  | { readonly outcome: "opened" | "existing"; readonly pull: SeenPullRequest }
  /** The base already contains all commits of the head. */
  | { readonly outcome: "nothing" }
  | { readonly outcome: "missing"; readonly side: "head" | "base"; readonly branch: string };

/**
 * Opens a pull request. If a pull request with the same head and base is already open, returns that pull request. Throws `conflict` in an
 * archived repository.
 */
export async function openPullRequest(
  context: LocalContext,
  place: Place,
  input: {
    readonly title: string;
    readonly body: string;
    readonly head: string;
    readonly base: string;
    readonly isDraft: boolean;
  },
): Promise<Opened> {
  const { repository, gitDir, actor } = place;
  const { pulls } = context.records;
  const open = await pulls.findOpen(repository.id, input.head, input.base);
  if (open !== null) return { outcome: "existing", pull: await withHead(context, place, open) };
  refuseArchived(place);
  const refs = await readRefs(gitDir, [`refs/heads/${input.head}`, `refs/heads/${input.base}`]);
  const headSha = refs.get(`refs/heads/${input.head}`);
  const baseSha = refs.get(`refs/heads/${input.base}`);
  if (headSha === undefined) return { outcome: "missing", side: "head", branch: input.head };
  if (baseSha === undefined) return { outcome: "missing", side: "base", branch: input.base };
  if ((await mergeBase(gitDir, baseSha, headSha)) === headSha) return { outcome: "nothing" };
  const made = await pulls.insert({
    ...input,
    repositoryId: repository.id,
    headSha,
    baseSha,
    author: actor.user,
  });
  // Only one of several concurrent calls can insert the row.
  if (made === null) return openPullRequest(context, place, input);
  const pull = await withHead(context, place, made);
  await context.publish(repository, actor.user, { about: "pullRequest", action: "opened", pull });
  return { outcome: "opened", pull };
}
