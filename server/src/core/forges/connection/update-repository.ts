import { AppError } from "../../base/index.ts";
import type { ForgeRepository } from "../forge/forge-repository.ts";
import { asRefusal } from "../integration/ask-account.ts";
import type { ForgesPorts } from "../ports.ts";
import { requireBranchName } from "../repository/branch-name.ts";
import { forgeOf } from "../repository/forge-of.ts";
import type { Repository } from "../repository/repository.ts";
import { webhookOf } from "./sync/ensure-webhooks.ts";
import { mergeListed } from "./sync/record-repositories.ts";

export interface RepositoryChange {
  readonly enabled?: boolean | undefined;
  /** True if sessions fix failed checks, or null to use the organization's setting. */
  readonly fixesChecks?: boolean | null | undefined;
  /** Branch that sessions start from, or null to follow the forge's default branch. */
  readonly baseBranch?: string | null | undefined;
  /** Labels for pull requests that sessions open. */
  readonly pullRequestLabels?: readonly string[] | undefined;
  readonly pullRequestReviewers?: readonly string[] | undefined;
}

type UpdatePorts = Pick<ForgesPorts, "store" | "forges" | "vault" | "clock" | "log" | "settings">;

/**
 * Changes the given fields. Enabling a repository also creates or updates its webhook. On an error, changes nothing.
 * Throws `not_found` if the organization has no such repository, or `invalid_input` for an invalid branch name. Throws
 * `conflict` with the reason if a repository to enable is archived or not writable, or if a required request to the
 * forge fails.
 */
export async function updateRepository(
  ports: UpdatePorts,
  organizationId: string,
  id: string,
  change: RepositoryChange,
): Promise<Repository> {
  const { baseBranch } = change;
  requireBranchName("baseBranch", baseBranch ?? null);
  const before = await ports.store.repositories.find(organizationId, id);
  if (before === null) throw new AppError("not_found", `Repository ${id} was not found.`);
  // A repository that follows the default branch again needs the branch's current name from the forge.
  const needsForge = (change.enabled === true && before.enabledAt === null) || baseBranch === null;
  const listed = needsForge ? await askForge(ports, before, change.enabled === true) : null;
  return ports.store.transaction(async (tx) => {
    const current = await tx.syncedRepositories.lock(organizationId, id);
    if (current === null) throw new AppError("not_found", `Repository ${id} was not found.`);
    if (current.integrationId !== before.integrationId) {
      throw new AppError(
        "conflict",
        "The repository's integration was deleted or added in the meantime. Try again.",
      );
    }
    const next = changed(current, change, listed, ports.clock.now());
    await tx.repositories.update(next);
    if (listed !== null) await tx.syncedRepositories.markSeen([id]);
    return next;
  });
}

function changed(
  current: Repository,
  change: RepositoryChange,
  listed: ForgeRepository | null,
  now: Date,
): Repository {
  const { enabled, fixesChecks, baseBranch, pullRequestLabels, pullRequestReviewers } = change;
  const settings = {
    ...current.settings,
    ...(pullRequestLabels !== undefined && { labels: pullRequestLabels }),
    ...(pullRequestReviewers !== undefined && { reviewers: pullRequestReviewers }),
    ...(fixesChecks !== undefined && { fixesChecks }),
    ...(baseBranch !== undefined && { baseBranch }),
  };
  const set = {
    ...current,
    settings,
    defaultBranch: baseBranch ?? current.defaultBranch,
    enabledAt: enabled === undefined ? current.enabledAt : enabled ? (current.enabledAt ?? now) : null,
    updatedAt: now,
  };
  return listed === null ? set : mergeListed(set, listed, now);
}

/**
 * Returns the repository's current data from the forge. If the repository is being enabled, also creates or updates its
 * webhook. Returns null for the built-in forge, which needs neither.
 */
async function askForge(
  ports: UpdatePorts,
  repository: Repository,
  isEnabled: boolean,
): Promise<ForgeRepository | null> {
  if (repository.forge === "local") return null;
  const { integrationId } = repository;
  const fullName = `${repository.owner}/${repository.name}`;
  try {
    const forge = await forgeOf(ports, repository);
    const listed = await forge.findRepository(repository);
    if (listed === null) {
      throw new AppError(
        "conflict",
        `${fullName} no longer exists on its forge, or the integration's credential cannot access it. Grant the integration's account access, or sync the integration.`,
      );
    }
    if (!isEnabled) return listed;
    if (listed.isArchived) {
      throw new AppError(
        "conflict",
        `${fullName} is archived on its forge. Unarchive it before you enable it.`,
      );
    }
    if (!listed.canPush) {
      throw new AppError(
        "conflict",
        `The integration cannot push to ${fullName}. Grant its account write access.`,
      );
    }
    const integration =
      integrationId === null ? null : await ports.store.integrations.findById(integrationId);
    const webhook = integration === null ? null : await webhookOf(ports, integration);
    if (webhook !== null && "url" in webhook) await forge.ensureWebhook(repository, webhook);
    return listed;
  } catch (cause) {
    // The integration was deleted or disabled, but the repository itself exists.
    if (cause instanceof AppError && cause.code === "not_found")
      throw new AppError("conflict", cause.message, { cause });
    throw asRefusal(cause, "conflict");
  }
}
