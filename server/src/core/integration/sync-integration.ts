import { AppError, reason } from "../errors.ts";
import type { ForgeRepository } from "../forge/forge-repository.ts";
import { newId } from "../ids.ts";
import type { Ports } from "../ports/index.ts";
import { integrationSecretsOf } from "../secret/credential.ts";
import { asRefusal, protectSecrets } from "./ask-account.ts";
import { connectForge } from "./forge-of.ts";
import { requireEnabled } from "./request-sync.ts";
import { disableVanished } from "./sync/disable-vanished.ts";
import { ensureWebhooks } from "./sync/ensure-webhooks.ts";
import { noRecords, type RecordCounts, recordRepositories } from "./sync/record-repositories.ts";

export type SyncPorts = Pick<
  Ports,
  "store" | "forges" | "vault" | "clock" | "log" | "logMask" | "settings" | "engine"
>;

export interface SyncResult extends RecordCounts {
  readonly vanished: number;
  readonly webhooks: number;
  /** What a person should know; each a sentence. */
  readonly notices: readonly string[];
}

const batchSize = 100;
const lostAfterMs = 24 * 60 * 60_000;

/**
 * Asks the forge which repositories there are, and brings ours up to date, a batch a transaction: interrupted, it has done a
 * part, and the next one does the rest. Nothing is ever deleted. Throws `conflict` when the integration is disabled, `not_found`
 * when it is gone, and what the forge says.
 */
export async function syncIntegration(
  ports: SyncPorts,
  integrationId: string,
  options: { readonly enablesNew: boolean },
  signal: AbortSignal,
): Promise<SyncResult> {
  const startedAt = ports.clock.now();
  const integration = await ports.store.integrations.get(integrationId);
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
  // Not before the list has come to its end: what was not told of in half a list is not gone.
  signal.throwIfAborted();
  const vanished = await disableVanished(ports, integration, seen, startedAt);
  const hooked = await ensureWebhooks(ports, integration, forge, signal);
  await ports.store.integrationSetup.setSynced(integrationId, ports.clock.now());
  return { ...counts, vanished, ...hooked };
}

/**
 * Works one request for a sync, as a job of the engine. What the forge refuses ends the request with its sentence, which
 * `testIntegration` shows; what may pass, such as a lost database or an abort, is thrown, so that the job is begun again.
 */
export async function workSyncRequest(
  ports: SyncPorts,
  { integrationId, requestId }: { readonly integrationId: string; readonly requestId: string },
  signal: AbortSignal,
): Promise<void> {
  const request = await ports.store.integrationSetup.findSync(requestId);
  // Deleted with its integration, or done before this worker took it up.
  if (request === null || request.state.status !== "requested") return;
  const end = async (status: "succeeded" | "failed", outcome: string) => {
    await ports.store.integrationSetup.endSync(requestId, { status, outcome }, ports.clock.now());
    ports.log.info({ integrationId, status, outcome }, "repositories synced");
  };
  try {
    const result = await syncIntegration(ports, integrationId, request, signal);
    await end("succeeded", describeSync(result));
  } catch (cause) {
    if (signal.aborted || !(cause instanceof AppError) || !isFinal(cause)) throw cause;
    ports.log.warn({ integrationId, reason: reason(cause) }, "a sync failed");
    await end("failed", cause.message);
  }
}

/** Syncs at once, and keeps what came of it as a request would. Throws as `syncIntegration`, refusals of the forge as `conflict`. */
export async function syncNow(
  ports: SyncPorts,
  integrationId: string,
  options: { readonly enablesNew: boolean },
  signal: AbortSignal,
): Promise<SyncResult> {
  const requestedAt = ports.clock.now();
  const id = newId(requestedAt.getTime());
  await ports.store.integrationSetup.insertSync({ id, integrationId, ...options, requestedAt });
  const end = (status: "succeeded" | "failed", outcome: string) =>
    ports.store.integrationSetup.endSync(id, { status, outcome }, ports.clock.now());
  try {
    const result = await syncIntegration(ports, integrationId, options, signal);
    await end("succeeded", describeSync(result));
    return result;
  } catch (cause) {
    await end("failed", cause instanceof AppError ? cause.message : "The sync did not come to its end.");
    throw asRefusal(cause, "conflict");
  }
}

/** How many syncs of the organization are asked for or run; one that is older than a day died. */
export function countRunningSyncs(
  { store, clock }: Pick<Ports, "store" | "clock">,
  organizationId: string,
): Promise<number> {
  return store.integrationSetup.countSyncs(organizationId, new Date(clock.now().getTime() - lostAfterMs));
}

function describeSync(result: SyncResult): string {
  const { found, added, changed, attached, vanished, skipped, webhooks, notices } = result;
  const counts = [
    `${added} new`,
    `${changed} changed`,
    `${attached} connected again`,
    `${vanished} no longer there`,
    `${skipped} left to another integration`,
  ];
  return [
    `The forge shows ${found} repositories: ${counts.join(", ")}.`,
    `Webhooks are in place on ${webhooks}.`,
    ...notices,
  ].join(" ");
}

const isFinal = ({ code }: AppError) =>
  ["forge_failed", "forge_unauthorized", "not_found", "conflict", "invalid_input"].includes(code);

const gone = (id: string) => new AppError("not_found", `There is no integration ${id}.`);

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
  // By id: a page that shifts while it is read tells of a repository twice.
  const batch = new Map<string, ForgeRepository>();
  for await (const repository of repositories) {
    batch.set(repository.externalId, repository);
    if (batch.size < size) continue;
    yield [...batch.values()];
    batch.clear();
  }
  if (batch.size > 0) yield [...batch.values()];
}
