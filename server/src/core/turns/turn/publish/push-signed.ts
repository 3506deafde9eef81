import { AppError, withReason } from "../../../base/index.ts";
import { appendEvent } from "../../../sessions/index.ts";
import { baseShaOf, type Checkout } from "../checkout.ts";
import { temboIdentity } from "../identity.ts";
import type { TurnContext } from "../turn-context.ts";
import { siteOf } from "../workspace-layout.ts";

/**
 * Requests that the forge recreate and sign the commits, and moves the branch to them. Returns the new head. Returns
 * null in these cases, in which the caller pushes the unsigned commits:
 * - The organization has not enabled signing, or the forge does not sign commits.
 * - The branch has moved.
 * - The forge failed or rejected the commits. Appends a notice.
 *
 * Safe to repeat.
 */
export async function pushSigned(
  context: TurnContext,
  checkout: Checkout,
  sha: string,
  signal: AbortSignal,
): Promise<string | null> {
  const { forge } = checkout;
  if (forge.signer === null || context.organization.settings.shouldSignCommits !== true) return null;
  try {
    return await sign(context, checkout, sha, signal);
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof AppError) || !unsignedInstead.has(cause.code)) throw cause;
    await appendEvent(context, `unsigned:${checkout.repository.id}`, {
      type: "notice",
      message: withReason(
        `The commits in ${checkout.use.directory} are pushed without the forge's signature`,
        cause,
      ),
    });
    return null;
  }
}

const unsignedInstead: ReadonlySet<string> = new Set(["forge_failed", "invalid_input", "conflict"]);

async function sign(
  context: TurnContext,
  checkout: Checkout,
  sha: string,
  signal: AbortSignal,
): Promise<string | null> {
  const { ports, turn } = context;
  const { repository, use, forge } = checkout;
  const site = siteOf(context, checkout);
  const known = await forge.findBranch(repository, use.branchName);
  const from = known?.sha ?? (await baseShaOf(context, checkout));
  const commits = await ports.git.commitsBetween({ site, from, to: sha }, signal);
  const builtOn = commits[0]?.parentShas ?? [];
  if (commits.length === 0 || (from !== null && !builtOn.includes(from))) return null;
  // Pushes the files on a temporary branch, which is deleted afterwards.
  const unsigned = `${use.branchName}-unsigned-${turn.id.slice(-8)}`;
  const remote = await forge.remote(repository);
  await ports.git.push(
    { site, remote, branch: unsigned, rescueBranch: `${unsigned}-rescued`, sha, author: temboIdentity },
    signal,
  );
  try {
    const signed = await forge.signer!.signCommits(repository, { branch: use.branchName, commits });
    const head = signed?.at(-1);
    if (head === undefined) return null;
    const { outcome } = await ports.git.adopt({ site, remote, branch: use.branchName, sha: head }, signal);
    // The files differ because another push came in between. The ordinary push merges the two.
    return outcome === "different" ? null : head;
  } finally {
    await forge.deleteBranch(repository, unsigned);
  }
}
