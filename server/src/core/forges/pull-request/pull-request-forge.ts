import { AppError } from "../../base/index.ts";
import type { Forge, Person } from "../forge/forge.ts";
import type { ForgeReviewing } from "../forge/forge-reviewing.ts";
import type { ForgesPorts } from "../ports.ts";
import { forgeOf } from "../repository/forge-of.ts";
import type { Repository } from "../repository/repository.ts";
import type { PullRequest } from "./pull-request.ts";
import { storeObserved } from "./store-observed.ts";

export type PullRequestPorts = Pick<ForgesPorts, "store" | "forges" | "vault" | "settings" | "clock">;

/**
 * Returns the forge of a pull request, and its repository. Throws `conflict` if the repository or its integration is
 * disabled or no longer exists.
 */
export async function forgeOfPullRequest(
  ports: PullRequestPorts,
  { organizationId, number, repositoryId }: PullRequest,
  person?: Person,
): Promise<{ readonly forge: Forge; readonly repository: Repository }> {
  const repository = await ports.store.repositories.find(organizationId, repositoryId);
  if (repository === null || repository.enabledAt === null)
    throw new AppError("conflict", `The repository of pull request #${number} is disabled. Enable it again.`);
  try {
    return { forge: await forgeOf(ports, repository, person), repository };
  } catch (cause) {
    // The integration was deleted or disabled, but the pull request itself exists.
    if (cause instanceof AppError && cause.code === "not_found")
      throw new AppError("conflict", cause.message, { cause });
    throw cause;
  }
}

/**
 * Returns the forge's review actions. Throws `conflict` if people review on the forge itself. `what` continues
 * "cannot".
 */
export function reviewingOf(forge: Forge, { url }: PullRequest, what: string): ForgeReviewing {
  if (forge.reviewing !== null) return forge.reviewing;
  throw new AppError("conflict", `Tembo cannot ${what} on this forge. Open the pull request there: ${url}`);
}

/** Fetches the pull request from the forge and stores it. Does nothing if the forge no longer has it. */
export async function observeNow(
  ports: PullRequestPorts,
  { forge, repository }: Awaited<ReturnType<typeof forgeOfPullRequest>>,
  number: number,
): Promise<void> {
  const pullRequest = await forge.findPullRequestByNumber(repository, number);
  if (pullRequest !== null) await storeObserved(ports, repository, pullRequest);
}
