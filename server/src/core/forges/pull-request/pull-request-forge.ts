import { AppError } from "../../base/index.ts";
import type { Forge, Person } from "../forge/forge.ts";
import type { ForgeReviewing } from "../forge/forge-reviewing.ts";
import type { ForgesPorts } from "../ports.ts";
import { forgeOf } from "../repository/forge-of.ts";
import type { Repository } from "../repository/repository.ts";
import type { PullRequest } from "./pull-request.ts";
import { storeObserved } from "./store-observed.ts";

export type PullRequestPorts = Pick<ForgesPorts, "store" | "forges" | "vault" | "settings" | "clock">;

/** The forge of a pull request, and its repository there. Throws `conflict` when it cannot be reached any more. */
export async function forgeOfPullRequest(
  ports: PullRequestPorts,
  { organizationId, number, repositoryId }: PullRequest,
  person?: Person,
): Promise<{ readonly forge: Forge; readonly repository: Repository }> {
  const repository = await ports.store.repositories.find(organizationId, repositoryId);
  if (repository === null || repository.enabledAt === null)
    throw new AppError("conflict", `The repository of pull request #${number} is disabled; enable it again.`);
  try {
    return { forge: await forgeOf(ports, repository, person), repository };
  } catch (cause) {
    // Its integration is gone or disabled; the pull request itself is there.
    if (cause instanceof AppError && cause.code === "not_found")
      throw new AppError("conflict", cause.message, { cause });
    throw cause;
  }
}

/** Throws `conflict` where people do it on the forge itself. */
export function reviewingOf(forge: Forge, { url }: PullRequest, what: string): ForgeReviewing {
  if (forge.reviewing !== null) return forge.reviewing;
  throw new AppError("conflict", `${what} on its forge: ${url}`);
}

/** Stores what the forge tells of it now. */
export async function observeNow(
  ports: PullRequestPorts,
  { forge, repository }: Awaited<ReturnType<typeof forgeOfPullRequest>>,
  number: number,
): Promise<void> {
  const told = await forge.getPullRequest(repository, number);
  if (told !== null) await storeObserved(ports, repository, told);
}
