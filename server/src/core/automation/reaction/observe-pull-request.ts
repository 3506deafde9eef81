import { effectiveSettings, getOrganization } from "../../accounts/index.ts";
import {
  type ForgeEvent,
  type ForgePullRequest,
  forgeOf,
  type PullRequest,
  storeObserved,
} from "../../forges/index.ts";
import type { ForgeEventContext, Handled } from "../conversation/thread-context.ts";
import type { AutomationPorts } from "../ports.ts";
import { decideBranchEnd } from "./decide-branch-end.ts";

export type PullRequestEvent = Extract<ForgeEvent, { type: `pullRequest.${string}` }>;

interface Observation extends Pick<ForgeEventContext, "repository"> {
  readonly event: Pick<PullRequestEvent, "type" | "pullRequest">;
}

const SHA_LENGTH = 40;

/**
 * Stores the state of a pull request that a forge reports, regardless of its author. Ignores a state that is older than
 * the stored one. For a session's pull request, also updates the session's target branch while the pull request is
 * open, and deletes its branch after it has ended if the organization enabled this. Idempotent.
 */
export async function observePullRequest(
  ports: AutomationPorts,
  { repository, event }: Observation,
): Promise<Handled> {
  const { store } = ports;
  const reported = await withFullHeadSha(ports, { repository, event });
  const known = await store.pullRequests.findByNumber(repository.id, reported.number);
  const isNew = await storeObserved(ports, repository, reported);
  const sessionId = known?.sessionId ?? null;
  if (!isNew) return { outcome: "Stale: Tembo already has a newer state of the pull request.", sessionId };
  const outcome = outcomeOf(event, known);
  if (sessionId !== null && reported.status === "open")
    await store.sessions.retarget(sessionId, repository.id, reported.base);
  if (known === null || sessionId === null || reported.status === "open") return { outcome, sessionId };
  const isDeleted = await deleteBranch(ports, { ...known, ...statusOf(reported) }, sessionId);
  return { outcome: isDeleted ? `${outcome} Its branch was deleted.` : outcome, sessionId };
}

async function deleteBranch(
  ports: AutomationPorts,
  pullRequest: PullRequest,
  sessionId: string,
): Promise<boolean> {
  const { store } = ports;
  const [repository] = await store.repositories.findMany(pullRequest.organizationId, [
    pullRequest.repositoryId,
  ]);
  if (repository === undefined || repository.enabledAt === null) return false;
  const organization = await getOrganization(store, pullRequest.organizationId);
  const decision = decideBranchEnd({
    isWanted: effectiveSettings(ports, organization).deleteBranchWhenPrClosed,
    pullRequest,
    session: await store.sessions.get(sessionId),
    defaultBranch: repository.defaultBranch,
    others: await store.pullRequests.ofSession(sessionId),
  });
  if (decision === "keep") return false;
  const forge = await forgeOf(ports, repository);
  const branch = await forge.findBranch(repository, pullRequest.headBranch);
  // Keeps a branch that moved, because commits pushed after the end of the pull request exist only there.
  if (branch === null || branch.sha !== pullRequest.headSha || branch.isProtected) return false;
  await forge.deleteBranch(repository, pullRequest.headBranch);
  return true;
}

/** Returns the pull request in the event. If its head SHA is abbreviated and the repository is enabled, reads the full SHA from the forge. */
async function withFullHeadSha(
  ports: AutomationPorts,
  { repository, event }: Observation,
): Promise<ForgePullRequest> {
  const reported = event.pullRequest;
  if (reported.headSha.length >= SHA_LENGTH || repository.enabledAt === null) return reported;
  const asked = await (await forgeOf(ports, repository)).findPullRequestByNumber(repository, reported.number);
  return asked === null ? reported : { ...reported, headSha: asked.headSha };
}

const statusOf = (pullRequest: ForgePullRequest) => ({
  status: pullRequest.status,
  headBranch: pullRequest.head,
  headSha: pullRequest.headSha,
  isFromFork: pullRequest.isFromFork,
});

function outcomeOf({ type, pullRequest }: Observation["event"], known: PullRequest | null): string {
  const name = `Pull request #${pullRequest.number}`;
  if (known !== null && known.baseBranch !== pullRequest.base) {
    return `${name} was retargeted from ${known.baseBranch} to ${pullRequest.base}.`;
  }
  switch (type) {
    case "pullRequest.opened":
      return `${name} was opened.`;
    case "pullRequest.ready":
      return `${name} is ready for review.`;
    case "pullRequest.updated":
      return `${name} was changed.`;
    case "pullRequest.synchronized":
      return `${name} has new commits.`;
    case "pullRequest.closed":
      return `${name} was closed.`;
    case "pullRequest.merged":
      return `${name} was merged.`;
    case "pullRequest.reopened":
      return `${name} was reopened.`;
  }
}
