import { newId } from "../../../base/index.ts";
import type { ForgeRepository } from "../../forge/forge-repository.ts";
import type { Integration } from "../../integration/integration.ts";
import type { ForgesTransaction } from "../../ports.ts";
import { defaultRepositorySettings, type Repository } from "../../repository/repository.ts";
import { repositoryKey } from "../../repository/repository-url.ts";

export interface RecordCounts {
  readonly found: number;
  readonly added: number;
  readonly changed: number;
  /** Number of repositories whose integration was deleted, and which now belong to this integration. */
  readonly attached: number;
  /** Number of repositories whose URL is unusable, or is used by a repository outside this integration. */
  readonly skipped: number;
}

export const noRecords: RecordCounts = { found: 0, added: 0, changed: 0, attached: 0, skipped: 0 };

interface RecordOptions {
  readonly enablesNew: boolean;
  readonly now: Date;
}
type Outcome = Exclude<keyof RecordCounts, "found"> | "same";

/**
 * Updates the stored repositories to match the forge. Requires a transaction that has locked the integration.
 * Idempotent.
 */
export async function recordRepositories(
  tx: ForgesTransaction,
  integration: Integration,
  listed: readonly ForgeRepository[],
  options: RecordOptions,
): Promise<RecordCounts> {
  const held = await tx.syncedRepositories.lockByExternalIds(
    integration,
    listed.map(({ externalId }) => externalId),
  );
  const known = new Map(held.map((repository) => [repository.externalId, repository]));
  await tx.syncedRepositories.markSeen(held.map(({ id }) => id));
  const counts = { ...noRecords, found: listed.length };
  for (const one of listed) {
    const stored = known.get(one.externalId);
    const outcome: Outcome =
      stored === undefined
        ? await record(tx, integration, one, options)
        : await refresh(tx, integration, stored, one, options.now);
    if (outcome !== "same") counts[outcome]++;
  }
  return counts;
}

async function record(
  tx: ForgesTransaction,
  integration: Integration,
  listed: ForgeRepository,
  { enablesNew, now }: RecordOptions,
): Promise<Outcome> {
  const holder = await holderOf(tx, integration, listed.url);
  if (holder === "unusable") return "skipped";
  const enabledAt = enablesNew && !listed.isArchived ? now : null;
  if (holder !== null && holder.integrationId === null && holder.forge === integration.forge) {
    await tx.repositories.update({
      ...mergeListed(holder, listed, now),
      integrationId: integration.id,
      externalId: listed.externalId,
      enabledAt,
    });
    await tx.syncedRepositories.markSeen([holder.id]);
    return "attached";
  }
  if (holder !== null && !(await isMadeWay(tx, integration, holder, now))) return "skipped";
  const blank: Repository = {
    id: newId(now.getTime()),
    organizationId: integration.organizationId,
    forge: integration.forge,
    integrationId: integration.id,
    externalId: listed.externalId,
    owner: listed.owner,
    name: listed.name,
    connectedUrl: listed.url,
    description: listed.description,
    defaultBranch: "main",
    isArchived: listed.isArchived,
    settings: defaultRepositorySettings,
    enabledAt,
    createdAt: now,
    updatedAt: now,
  };
  await tx.repositories.insert(mergeListed(blank, listed, now));
  return "added";
}

async function refresh(
  tx: ForgesTransaction,
  integration: Integration,
  stored: Repository,
  listed: ForgeRepository,
  now: Date,
): Promise<Outcome> {
  const next = mergeListed(stored, listed, now);
  if (isSame(stored, next)) return "same";
  const holder = await holderOf(tx, integration, listed.url);
  if (holder === "unusable") return "skipped";
  if (holder !== null && holder.id !== stored.id && !(await isMadeWay(tx, integration, holder, now)))
    return "skipped";
  await tx.repositories.update(next);
  return "changed";
}

/** Returns the stored repository with the forge's current data. Keeps the settings made in Tembo. */
export function mergeListed(stored: Repository, listed: ForgeRepository, now: Date): Repository {
  return {
    ...stored,
    owner: listed.owner,
    name: listed.name,
    connectedUrl: listed.url,
    description: listed.description,
    defaultBranch: stored.settings.baseBranch ?? listed.defaultBranch ?? stored.defaultBranch,
    isArchived: listed.isArchived,
    updatedAt: now,
  };
}

function isSame(a: Repository, b: Repository): boolean {
  return (
    a.owner === b.owner &&
    a.name === b.name &&
    a.connectedUrl === b.connectedUrl &&
    a.description === b.description &&
    a.defaultBranch === b.defaultBranch &&
    a.isArchived === b.isArchived
  );
}

async function holderOf(
  tx: ForgesTransaction,
  { organizationId }: Integration,
  url: string,
): Promise<Repository | null | "unusable"> {
  const key = repositoryKey(url);
  return key === null ? "unusable" : tx.repositories.findByConnectedUrl(organizationId, key);
}

/**
 * Frees a URL that another repository uses. Such a conflict occurs when two repositories swap names, or when a new
 * repository has the old name of a renamed repository. The other repository receives a placeholder URL until the forge
 * lists it. Returns false if the other repository does not belong to the integration.
 */
async function isMadeWay(
  tx: ForgesTransaction,
  integration: Integration,
  holder: Repository,
  now: Date,
): Promise<boolean> {
  if (holder.integrationId !== integration.id) return false;
  const connectedUrl = `${integration.webUrl}/-/renamed/${encodeURIComponent(holder.externalId ?? holder.id)}`;
  await tx.repositories.update({ ...holder, connectedUrl, updatedAt: now });
  return true;
}
