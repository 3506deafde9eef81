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
 * Merges it on its forge for a person, elsewhere than on the built-in one as the account that Tembo has there, and stores what the forge
 * then tells. A head that has moved since `headSha`, conflicts and the forge's rules are `conflict` with a sentence. Merging a merged one
 * is success.
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

/** Closes it on its forge, and stores what the forge then tells. Closing a closed one is success. Throws `conflict` for a merged one. */
export async function closePullRequest(
  ports: EndPorts,
  person: Person,
  pullRequest: PullRequest,
): Promise<PullRequest> {
  const ended = await endOnForge(ports, person, pullRequest, async (forge, repository) => {
    await forge.updatePullRequest(repository, pullRequest.number, { status: "closed" });
  });
  if (ended.status !== "merged") return ended;
  throw new AppError("conflict", `Pull request #${ended.number} is merged already.`);
}

/** The news of the forge come too, later: they delete the branch and start agents. */
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
    // What was known of its head or its conflicts is out of date, and forges tell of conflicts only when they are asked.
    if (cause instanceof AppError && cause.code === "conflict") await observeNow(ports, at, number);
    throw cause;
  }
  await observeNow(ports, at, number);
  const now = await ports.store.pullRequests.find(organizationId, id);
  if (now === null) throw new AppError("not_found", `There is no pull request ${id}.`);
  if (pullRequest.status === "open") await tellSession(ports, person, now);
  return now;
}

/** Who has ended it is told once, in the session that works on it: other forges know only Tembo's account. */
async function tellSession(
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
