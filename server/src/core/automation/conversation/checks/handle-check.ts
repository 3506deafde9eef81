import { effectiveSettings, getOrganization } from "../../../accounts/index.ts";
import { derivedId } from "../../../base/index.ts";
import {
  decideChecks,
  decideEarly,
  type Forge,
  type ForgeCheck,
  type ForgeEvent,
  forgeOf,
  loadFailedJobs,
  MAX_JOBS,
  type PullRequest,
  type Repository,
} from "../../../forges/index.ts";
import { findMessage, sendMessage } from "../../../sessions/index.ts";
import type { AutomationPorts } from "../../ports.ts";
import type { ForgeEventContext, Handled } from "../thread-context.ts";
import { composeCheckFix } from "./compose-check-fix.ts";

/** Maximum number of automatic fixes per pull request. After that, a person has to fix the checks. */
const MAX_FIXES = 3;
/** Thrown to roll back a transaction. */
const noFixLeft = new Error("the commit was already handled, or no attempts are left for the pull request");

/**
 * Handles the completion of a check. Stores the summary of all checks with the open pull requests whose head is the commit. After the last check has
 * completed, sends the pull request's session a message to fix failed checks, if this is enabled and the session was not stopped. Sends at most one
 * message per commit and `MAX_FIXES` per pull request. Postpones a recent check whose pull request is not known yet. Idempotent.
 */
export async function handleCheck(
  ports: AutomationPorts,
  { repository, event }: ForgeEventContext<Extract<ForgeEvent, { type: "check.completed" }>>,
): Promise<Handled> {
  if (repository.enabledAt === null) return { outcome: null, sessionId: null };
  const pullRequests = await ports.store.pullRequests.openWithHead(repository.id, event.sha);
  if (pullRequests.length === 0) {
    const afterMs = decideEarly({
      ...event,
      defaultBranch: repository.defaultBranch,
      now: ports.clock.now(),
    });
    return afterMs > 0 ? { kind: "later", afterMs } : { outcome: null, sessionId: null };
  }
  const forge = await forgeOf(ports, repository);
  const checks = await forge.checkResults(repository, event.sha);
  const summary = decideChecks(checks);
  for (const { id } of pullRequests) await ports.store.pullRequests.setChecks(id, event.sha, summary);
  const pullRequest = pullRequests.find(({ sessionId }) => sessionId !== null);
  const sessionId = pullRequest?.sessionId ?? null;
  if (summary.state === "pending")
    return { outcome: "Waiting: the commit has other checks that have not finished.", sessionId };
  if (summary.state !== "failed") return { outcome: "None of the commit's checks failed.", sessionId };
  const failed = `Failed: ${summary.failed.slice(0, 10).join(", ").slice(0, 300)}.`;
  if (pullRequest === undefined || sessionId === null) return { outcome: failed, sessionId };
  if (!(await isFixWanted(ports, repository)))
    return { outcome: `${failed} Fixing failed checks is disabled.`, sessionId };
  const { status } = await ports.store.sessions.get(sessionId);
  if (status === "cancelled")
    return {
      outcome: `${failed} A person stopped the session. Send a message to start it again.`,
      sessionId,
    };
  const attempt = await ports.store.attempts.find(sessionId);
  if (attempt?.state === "ending" || attempt?.state === "ended")
    return { outcome: `${failed} Another attempt was kept. Send a message to continue this one.`, sessionId };
  const sentence = await fix(ports, { repository, forge, pullRequest, sessionId, sha: event.sha, checks });
  return { outcome: `${failed} ${sentence}`, sessionId };
}

/** True if Tembo should fix failed checks. Uses the repository's setting or, if the repository has none, the organization's. */
async function isFixWanted(ports: AutomationPorts, repository: Repository): Promise<boolean> {
  if (repository.settings.fixesChecks !== null) return repository.settings.fixesChecks;
  const organization = await getOrganization(ports.store, repository.organizationId);
  return effectiveSettings(ports, organization).enableGithubActionsBot;
}

async function fix(
  ports: AutomationPorts,
  failure: {
    readonly repository: Repository;
    readonly forge: Forge;
    readonly pullRequest: PullRequest;
    readonly sessionId: string;
    readonly sha: string;
    readonly checks: readonly ForgeCheck[];
  },
): Promise<string> {
  const { repository, forge, pullRequest, sessionId, sha } = failure;
  const { number } = pullRequest;
  const now = await forge.findPullRequestByNumber(repository, number);
  if (now === null || now.status !== "open" || now.headSha !== sha)
    return "Stale: the commit is no longer the head of the open pull request.";
  const messageId = derivedId("checks", pullRequest.id, sha);
  if ((await findMessage(ports.store, messageId)) !== null)
    return "The session already received a message for this commit.";
  const failed = failure.checks.filter(({ state }) => state === "failed");
  const jobs = await loadFailedJobs(ports, forge, repository, failed);
  try {
    await sendMessage(ports, repository.organizationId, {
      sessionId,
      content: composeCheckFix({ number, sha, jobs, others: Math.max(0, failed.length - MAX_JOBS) }),
      source: {
        kind: "checks",
        integrationId: repository.integrationId,
        repositoryId: repository.id,
        thread: { kind: "pullRequest", number },
        replyTo: null,
        comments: [],
        url: pullRequest.url,
      },
      messageId,
      within: async (tx) => {
        if (!(await tx.pullRequests.takeCheckFix(pullRequest.id, sha, MAX_FIXES))) throw noFixLeft;
      },
    });
    return "The session received a message to fix the failed checks.";
  } catch (cause) {
    if (cause !== noFixLeft) throw cause;
    return `All ${MAX_FIXES} attempts to fix this pull request have been used. A person must fix the failed checks.`;
  }
}
