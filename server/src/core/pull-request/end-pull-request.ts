import { AppError } from "../errors.ts";
import type { MergeMethod } from "../forge/forge-pull-request.ts";
import { forgeOf } from "../integration/forge-of.ts";
import type { Forge } from "../ports/forge.ts";
import type { Ports } from "../ports/index.ts";
import type { Repository } from "../repository/repository.ts";
import { observedPullRequest } from "./observed-pull-request.ts";
import type { PullRequest } from "./pull-request.ts";

type EndPorts = Pick<Ports, "store" | "forges" | "vault" | "settings" | "clock">;

/**
 * Merges it on its forge, as the account that Tembo has there, and stores what the forge then tells. A head that has moved since
 * `headSha`, conflicts and the forge's rules are `conflict` with a sentence. Merging a merged one is success.
 */
export function mergePullRequest(
  ports: EndPorts,
  pullRequest: PullRequest,
  input: { readonly method: MergeMethod; readonly headSha?: string | undefined },
): Promise<PullRequest> {
  const { method, headSha = pullRequest.headSha } = input;
  return endOnForge(ports, pullRequest, async (forge, repository) => {
    await forge.mergePullRequest(repository, pullRequest.number, { method, headSha });
  });
}

/** Closes it on its forge, and stores what the forge then tells. Closing a closed one is success. Throws `conflict` for a merged one. */
export async function closePullRequest(ports: EndPorts, pullRequest: PullRequest): Promise<PullRequest> {
  const ended = await endOnForge(ports, pullRequest, async (forge, repository) => {
    await forge.updatePullRequest(repository, pullRequest.number, { status: "closed" });
  });
  if (ended.status !== "merged") return ended;
  throw new AppError("conflict", `Pull request #${ended.number} is merged already.`);
}

/** The news of the forge come too, later: they delete the branch and start agents. */
async function endOnForge(
  ports: EndPorts,
  { organizationId, id, number, repositoryId }: PullRequest,
  end: (forge: Forge, repository: Repository) => Promise<void>,
): Promise<PullRequest> {
  const { store, clock } = ports;
  const repository = await store.repositories.find(organizationId, repositoryId);
  if (repository === null || repository.enabledAt === null)
    throw new AppError("conflict", `The repository of pull request #${number} is disabled; enable it again.`);
  const forge = await connected(ports, repository);
  const observe = async () => {
    const told = await forge.getPullRequest(repository, number);
    if (told !== null) await store.pullRequests.observe(observedPullRequest(repository, told, clock.now()));
  };
  try {
    await end(forge, repository);
  } catch (cause) {
    // What was known of its head or its conflicts is out of date, and forges tell of conflicts only when they are asked.
    if (cause instanceof AppError && cause.code === "conflict") await observe();
    throw cause;
  }
  await observe();
  const now = await store.pullRequests.find(organizationId, id);
  if (now === null) throw new AppError("not_found", `There is no pull request ${id}.`);
  return now;
}

async function connected(ports: EndPorts, repository: Repository): Promise<Forge> {
  try {
    return await forgeOf(ports, repository);
  } catch (cause) {
    // Its integration is gone or disabled; the pull request itself is there.
    if (cause instanceof AppError && cause.code === "not_found")
      throw new AppError("conflict", cause.message, { cause });
    throw cause;
  }
}
