import { AppError } from "../../base/index.ts";
import {
  type Forge,
  type ForgePullRequest,
  forgeOf,
  type PullRequest,
  type Repository,
} from "../../forges/index.ts";
import type { AutomationPorts } from "../ports.ts";
import { observePullRequest, type PullRequestEvent } from "../reaction/observe-pull-request.ts";
import type { Check } from "./check.ts";
import type { CheckedPullRequest } from "./reconcile-store.ts";

/** Maximum number of pull requests of one run, each with one request to its forge. */
const pageSize = 100;
/** Share of a forge's rate limit that remains for turns and people. */
const reservedShare = 0.5;

/**
 * Compares open pull requests with their forges, because events may have been missed. A pull request that differs is
 * handled as if its event had arrived. Reports pull requests that their forge no longer has.
 */
export const checkPullRequests: Check = async ({ ports, signal }, cursor) => {
  const page = await ports.store.reconcile.openPullRequestPage({ afterId: cursor, limit: pageSize });
  const forges = new Map<string | null, Forge | null>();
  const openItems: string[] = [];
  let fixed = 0;
  for (const stored of page) {
    signal.throwIfAborted();
    const result = await compare(ports, forges, stored);
    if (result === "gone") openItems.push(stored.url);
    if (result === "corrected") fixed += 1;
  }
  return {
    found: fixed + openItems.length,
    fixed,
    openItems,
    cursor: page.length < pageSize ? null : page.at(-1)!.id,
  };
};

async function compare(
  ports: AutomationPorts,
  forges: Map<string | null, Forge | null>,
  stored: CheckedPullRequest,
): Promise<"same" | "corrected" | "gone" | "unknown"> {
  const repository = await ports.store.repositories.find(stored.organizationId, stored.repositoryId);
  if (repository === null || repository.enabledAt === null) return "unknown";
  try {
    const forge = await findForge(ports, forges, repository);
    if (forge === null) return "unknown";
    const reported = await forge.findPullRequestByNumber(repository, stored.number);
    if (reported === null) return "gone";
    const type = differenceOf(stored, reported);
    if (type === null) return "same";
    await observePullRequest(ports, { repository, event: { type, pullRequest: reported } });
    return "corrected";
  } catch (cause) {
    if (!(cause instanceof AppError) || !isOfForge.has(cause.code)) throw cause;
    // The integration's own health shows the problem.
    forges.set(repository.integrationId, null);
    return "unknown";
  }
}

/** Returns the forge of a repository, or null if it cannot be used or its rate limit is needed for other work. */
async function findForge(
  ports: AutomationPorts,
  forges: Map<string | null, Forge | null>,
  repository: Repository,
): Promise<Forge | null> {
  const key = repository.integrationId;
  const known = forges.get(key);
  if (known !== undefined) return known;
  const forge = await forgeOf(ports, repository);
  const core = (await forge.rateLimit())?.core;
  const isBusy = core !== undefined && core.remaining < core.limit * reservedShare;
  forges.set(key, isBusy ? null : forge);
  return isBusy ? null : forge;
}

const isOfForge: ReadonlySet<string> = new Set(["forge_failed", "forge_unauthorized", "not_found"]);

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
