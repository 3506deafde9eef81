import { minuteMs } from "../../base/index.ts";
import type { ForgePullRequest, PullRequest } from "../../forges/index.ts";
import type { AutomationPorts } from "../ports.ts";
import { observePullRequest, type PullRequestEvent } from "../reaction/observe-pull-request.ts";
import type { Check } from "./check.ts";
import { ComparedForges } from "./compared-forges.ts";
import type { CheckedPullRequest } from "./reconcile-store.ts";

/** Maximum number of pull requests of one run, each with one request to its forge. */
const pageSize = 100;
/** Time after which a run ends early. The next run continues there. */
export const runLimitMs = 5 * minuteMs;

/**
 * Compares open pull requests with their forges, because events may have been missed. A pull request that differs is
 * handled as if its event had arrived. Reports pull requests that their forge no longer has.
 */
export const checkPullRequests: Check = async ({ ports, signal }, cursor) => {
  const page = await ports.store.reconcile.openPullRequestPage({ afterId: cursor, limit: pageSize });
  const forges = new ComparedForges(ports);
  const startedAt = ports.clock.now().getTime();
  const openItems: string[] = [];
  let fixed = 0;
  let lastId = cursor;
  let isComplete = true;
  for (const stored of page) {
    signal.throwIfAborted();
    isComplete = ports.clock.now().getTime() - startedAt < runLimitMs;
    if (!isComplete) break;
    const result = await compare(ports, forges, stored);
    if (result === "gone") openItems.push(stored.url);
    if (result === "corrected") fixed += 1;
    lastId = stored.id;
  }
  return {
    found: fixed + openItems.length,
    fixed,
    openItems,
    cursor: isComplete && page.length < pageSize ? null : lastId,
  };
};

async function compare(
  ports: AutomationPorts,
  forges: ComparedForges,
  stored: CheckedPullRequest,
): Promise<"same" | "corrected" | "gone" | "unknown"> {
  const repository = await ports.store.repositories.find(stored.organizationId, stored.repositoryId);
  if (repository === null || repository.enabledAt === null) return "unknown";
  const result = await forges.use(repository, async (forge) => {
    const reported = await forge.findPullRequestByNumber(repository, stored.number);
    if (reported === null) return "gone";
    const type = differenceOf(stored, reported);
    if (type === null) return "same";
    await observePullRequest(ports, { repository, event: { type, pullRequest: reported } });
    return "corrected";
  });
  return result ?? "unknown";
}

/** Returns the type of the event that was missed, or null if nothing differs. Pure. */
export function differenceOf(
  stored: Pick<PullRequest, "headSha" | "baseBranch" | "isDraft">,
  { status, headSha, base, isDraft }: Pick<ForgePullRequest, "status" | "headSha" | "base" | "isDraft">,
): PullRequestEvent["type"] | null {
  if (status !== "open") return status === "merged" ? "pullRequest.merged" : "pullRequest.closed";
  // Some forges abbreviate the SHA.
  if (!stored.headSha.startsWith(headSha)) return "pullRequest.synchronized";
  return base !== stored.baseBranch || isDraft !== stored.isDraft ? "pullRequest.updated" : null;
}
