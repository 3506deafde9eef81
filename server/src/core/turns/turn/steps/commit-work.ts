import { maxPatchBytes } from "@tembo/contract/limits";
import { mapBounded } from "../../../../runtime/map-bounded.ts";
import { newId } from "../../../base/index.ts";
import type { Patch } from "../../../forges/index.ts";
import { appendEvent, eventsOfTurn } from "../../../sessions/index.ts";
import { baseShaOf, type Checkout, signingKeyOf } from "../checkout.ts";
import { type CommitCause, commitMessage } from "../commit/commit-message.ts";
import { previousHead } from "../commit/previous-head.ts";
import { authorOf, temboIdentity } from "../identity.ts";
import { saveCaptures } from "../saved-workspace/save-workspace.ts";
import type { TurnContext } from "../turn-context.ts";
import { siteOf } from "../workspace-layout.ts";
import type { Heads } from "./provision-turn.ts";

/** Head captured from the workspace for each changed repository, by the repository's ID. */
export type CommittedHeads = Readonly<Record<string, string>>;

export interface CommitWish {
  readonly cause?: CommitCause;
  /** Message for a commit of uncommitted files, or null to compose one. */
  readonly message?: string | null;
}

/** Number of a session's repositories that are captured or published at the same time. */
export const maxRepositoriesAtOnce = 4;

/**
 * Captures the work from the workspace as a series of commits for each repository, and records the diffs. If a repository
 * fails, records the others before it throws. Safe to repeat.
 */
export async function commitWork(
  context: TurnContext,
  before: Heads,
  signal: AbortSignal,
  wish: CommitWish = {},
): Promise<CommittedHeads> {
  const heads = await mapBounded(context.checkouts, maxRepositoriesAtOnce, async (checkout) => {
    const { id } = checkout.repository;
    const headSha = await commitRepository(context, checkout, before[id] ?? null, { wish, signal });
    return [id, headSha] as const;
  });
  const committed = Object.fromEntries(heads.flatMap(([id, sha]) => (sha === null ? [] : [[id, sha]])));
  if (Object.keys(committed).length > 0) await saveCaptures(context);
  return committed;
}

/** Returns the new head, or null if nothing has changed. */
async function commitRepository(
  context: TurnContext,
  checkout: Checkout,
  before: string | null,
  { wish, signal }: { readonly wish: CommitWish; readonly signal: AbortSignal },
): Promise<string | null> {
  signal.throwIfAborted();
  const { cause = "work", message = null } = wish;
  const { headSha, notices } = await context.ports.git.capture(
    {
      site: siteOf(context, checkout),
      branch: checkout.use.branchName,
      message: (files) => commitMessage(context, checkout, { files, cause, given: message }, signal),
      author: authorOf(context.message),
      committer: temboIdentity,
      signingKey: signingKeyOf(context, checkout),
    },
    signal,
  );
  for (const notice of notices)
    await appendEvent(context, `capture:${checkout.repository.id}:${notice}`, {
      type: "notice",
      message: `${checkout.use.directory}: ${notice}`,
    });
  if (headSha === null || headSha === before) return null;
  await recordDiff(context, checkout, { before, headSha }, signal);
  return headSha;
}

/**
 * Masks the patch. Applying a patch with a masked secret no longer reproduces the branch, so the patch then counts as
 * not complete.
 */
function maskedPatch({ masker }: Pick<TurnContext, "masker">, { text, isComplete }: Patch): Patch {
  const masked = masker.mask(text);
  return { text: masked, isComplete: isComplete && masked === text };
}

async function recordDiff(
  context: TurnContext,
  checkout: Checkout,
  { before, headSha }: { readonly before: string | null; readonly headSha: string },
  signal: AbortSignal,
): Promise<void> {
  const { use, repository } = checkout;
  const { git } = context.ports;
  const site = siteOf(context, checkout);
  const baseSha = await baseShaOf(context, checkout);
  const range = { site, baseBranch: use.targetBranch, to: headSha };
  const { patch, ...stat } = await git.diff({ ...range, from: baseSha, maxPatchBytes }, signal);
  await context.ports.store.diffs.save(
    context.lease,
    {
      id: newId(),
      sessionId: context.session.id,
      repositoryId: repository.id,
      root: use.directory,
      branch: use.branchName,
      baseSha,
      headSha,
      ...stat,
      capturedAt: context.ports.clock.now(),
    },
    maskedPatch(context, patch),
  );
  const committed = { repository: use.directory, sha: headSha };
  const previous = previousHead(await eventsOfTurn(context), committed) ?? before;
  const added =
    previous === null || previous === baseSha
      ? stat
      : await git.diffStat({ ...range, from: previous }, signal);
  await appendEvent(context, `commit:${repository.id}:${headSha}`, {
    type: "commit.created",
    repository: use.directory,
    branch: use.branchName,
    sha: headSha,
    ...added,
  });
}
