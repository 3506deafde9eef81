import { AppError } from "../../../base/index.ts";
import type { ForgeRepository } from "../../forge/forge-repository.ts";
import { protectSecrets } from "../../integration/ask-account.ts";
import { integrationSecretsOf } from "../../integration/integration-secrets.ts";
import type { ForgesPorts } from "../../ports.ts";
import { connectForge } from "../../repository/forge-of.ts";
import { disableVanished } from "./disable-vanished.ts";
import { ensureWebhooks } from "./ensure-webhooks.ts";
import { noRecords, type RecordCounts, recordRepositories } from "./record-repositories.ts";
import { requireEnabled } from "./request-sync.ts";

export type SyncPorts = Pick<
  ForgesPorts,
  "store" | "forges" | "vault" | "clock" | "log" | "logMask" | "settings" | "engine"
>;

export interface SyncResult extends RecordCounts {
  readonly vanished: number;
  readonly webhooks: number;
  /** Messages for users. Each is a sentence. */
  readonly notices: readonly string[];
}

const batchSize = 100;

/**
 * Lists the repositories on the forge and updates the stored repositories, with one transaction per batch. Then
 * disables the repositories that the forge no longer lists, and updates the webhooks. Never deletes repositories. After
 * an interruption, the next sync completes the work. Throws `conflict` if the integration is disabled, `not_found` if
 * it was deleted or has no credential, or the forge's errors.
 */
export async function syncIntegration(
  ports: SyncPorts,
  integrationId: string,
  options: { readonly enablesNew: boolean },
  signal: AbortSignal,
): Promise<SyncResult> {
  const startedAt = ports.clock.now();
  const integration = await ports.store.integrations.findById(integrationId);
  if (integration === null) throw gone(integrationId);
  requireEnabled(integration);
  const secrets = await integrationSecretsOf(ports, integration);
  if (secrets !== null) protectSecrets(ports, integration, secrets);
  const forge = await connectForge(ports, integration);
  const enablesNew = options.enablesNew || integration.settings.enablesNewRepositories;

  const seen = new Set<string>();
  let counts = noRecords;
  for await (const batch of inBatches(forge.listRepositories(signal), batchSize)) {
    signal.throwIfAborted();
    for (const { externalId } of batch) seen.add(externalId);
    const recorded = await ports.store.transaction(async (tx) => {
      if (!(await tx.integrationSetup.lockIntegration(integrationId))) throw gone(integrationId);
      return recordRepositories(tx, integration, batch, { enablesNew, now: ports.clock.now() });
    });
    counts = sum(counts, recorded);
  }
  // Stops here if the list is incomplete, because a repository that is missing from it may still exist.
  signal.throwIfAborted();
  const vanished = await disableVanished(ports, integration, seen, startedAt);
  const hooked = await ensureWebhooks(ports, integration, forge, signal);
  await ports.store.integrationSetup.setSynced(integrationId, ports.clock.now());
  return { ...counts, vanished, ...hooked };
}

const gone = (id: string) => new AppError("not_found", `Integration ${id} was not found.`);

const sum = (a: RecordCounts, b: RecordCounts): RecordCounts => ({
  found: a.found + b.found,
  added: a.added + b.added,
  changed: a.changed + b.changed,
  attached: a.attached + b.attached,
  skipped: a.skipped + b.skipped,
});

async function* inBatches(
  repositories: AsyncIterable<ForgeRepository>,
  size: number,
): AsyncIterable<readonly ForgeRepository[]> {
  // Keys batches by ID, because the forge can list a repository twice if its pages shift during the listing.
  const batch = new Map<string, ForgeRepository>();
  for await (const repository of repositories) {
    batch.set(repository.externalId, repository);
    if (batch.size < size) continue;
    yield [...batch.values()];
    batch.clear();
  }
  if (batch.size > 0) yield [...batch.values()];
}
