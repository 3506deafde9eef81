import { nameOf } from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import {
  type Forge,
  forgeOfPullRequest,
  type MergeMethod,
  observeNow,
  type Person,
  type PullRequest,
  type PullRequestPorts,
  type Repository,
} from "../../forges/index.ts";
import type { SessionsPorts } from "../ports.ts";

type EndPorts = PullRequestPorts & Pick<SessionsPorts, "store">;

/**
 * Merges a pull request on its forge on behalf of a person, and stores the state that the forge then returns. The
 * built-in forge merges as that person. Other forges merge as Tembo's account. Throws `conflict` if the head has moved
 * from `headSha` (by default the stored head), if there are conflicts, or if the forge's rules forbid the merge.
 * Merging a merged pull request succeeds.
 */
export async function mergePullRequest(
  ports: EndPorts,
  person: Person,
  pullRequest: PullRequest,
  input: { readonly method: MergeMethod; readonly headSha?: string | undefined },
): Promise<PullRequest> {
  const { method, headSha = pullRequest.headSha } = input;
  return endOnForge(ports, person, pullRequest, async (forge, repository) => {
    await forge.mergePullRequest(repository, pullRequest.number, { method, headSha });
  });
}

/**
 * Closes a pull request on its forge, and stores the state that the forge then returns. Closing a closed pull request
 * succeeds. Throws `conflict` if it is merged, and `forge_failed` if the forge has accepted the request without closing it.
 */
export async function closePullRequest(
  ports: EndPorts,
  person: Person,
  pullRequest: PullRequest,
): Promise<PullRequest> {
  const ended = await endOnForge(ports, person, pullRequest, async (forge, repository) => {
    await forge.updatePullRequest(repository, pullRequest.number, { status: "closed" });
  });
  if (ended.status === "closed") return ended;
  if (ended.status === "merged")
    throw new AppError("conflict", `Pull request #${ended.number} is already merged.`);
  throw new AppError(
    "forge_failed",
    `The forge reports that pull request #${ended.number} is still open. Try again, or close it on the forge.`,
  );
}

/**
 * Merges or closes the pull request on the forge, stores its state, and appends a notice to its session if it was open.
 * The forge's events arrive later. Their handlers delete the branch and start agents.
 */
async function endOnForge(
  ports: EndPorts,
  person: Person,
  pullRequest: PullRequest,
  end: (forge: Forge, repository: Repository) => Promise<void>,
): Promise<PullRequest> {
  const { organizationId, id, number } = pullRequest;
  const at = await forgeOfPullRequest(ports, pullRequest, person);
  try {
    await end(at.forge, at.repository);
  } catch (cause) {
    // The stored head or mergeability is outdated, and forges report conflicts only on request.
    if (cause instanceof AppError && cause.code === "conflict") await observeNow(ports, at, number);
    throw cause;
  }
  await observeNow(ports, at, number);
  const now = await ports.store.pullRequests.find(organizationId, id);
  if (now === null) throw new AppError("not_found", `Pull request ${id} was not found.`);
  if (pullRequest.status === "open") await appendNotice(ports, person, now);
  return now;
}

/**
 * Appends a notice with the person's name to the pull request's session, because forges other than the built-in forge
 * see only Tembo's account.
 */
async function appendNotice(
  { store }: EndPorts,
  { userId }: Person,
  { id, sessionId, status, number }: PullRequest,
): Promise<void> {
  if (sessionId === null || status === "open") return;
  const user = await store.users.find(userId);
  const who = user?.name ?? nameOf(user) ?? "A person";
  const message = `${who} ${status} pull request #${number}.`;
  await store.events.append(sessionId, null, [
    { key: `${status}:${id}`, messageId: null, data: { type: "notice", message } },
  ]);
}
