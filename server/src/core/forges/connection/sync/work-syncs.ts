import { AppError, newId, reason } from "../../../base/index.ts";
import { asRefusal } from "../../integration/ask-account.ts";
import type { ForgesPorts } from "../../ports.ts";
import { pollIntegration } from "./poll-integration.ts";
import { type SyncPorts, type SyncResult, syncIntegration } from "./sync-integration.ts";

/** Age at which a sync request counts as lost. */
const lostAfterMs = 24 * 60 * 60_000;

/**
 * Runs one sync for all open requests of an integration, or a scheduled sync if no request is open. Also polls an
 * integration that uses polling. Returns null if the integration was deleted.
 * - If the error requires action by a person, ends the sync as failed and returns null. `testIntegration` shows the
 *   error's message.
 * - If the forge failed, also ends the sync as failed, but records a new request and rethrows the error, so that the
 *   engine retries.
 * - Rethrows any other error and leaves the requests open.
 */
export async function workSyncs(
  ports: SyncPorts,
  integrationId: string,
  signal: AbortSignal,
): Promise<SyncResult | null> {
  const { integrationSetup, integrations } = ports.store;
  if ((await integrations.findById(integrationId)) === null) return null;
  const open = await integrationSetup.openSyncs(integrationId);
  const enablesNew = open.some((request) => request.enablesNew);
  const ids = open.length > 0 ? open.map(({ id }) => id) : [await note(ports, integrationId, enablesNew)];
  const end = async (status: "succeeded" | "failed", outcome: string) => {
    const at = ports.clock.now();
    for (const id of ids) await integrationSetup.endSync(id, { status, outcome }, at);
    ports.log.info({ integrationId, status, outcome }, "a sync ended");
  };
  try {
    const result = await syncAndPoll(ports, integrationId, { enablesNew }, signal);
    await end("succeeded", describeSync(result));
    return result;
  } catch (cause) {
    if (signal.aborted || !(cause instanceof AppError) || cause.code === "unavailable") throw cause;
    ports.log.warn({ integrationId, reason: reason(cause) }, "a sync failed");
    await end("failed", cause.message);
    if (cause.code !== "forge_failed") return null;
    // Records `enablesNew` again, so that the next attempt honors it.
    await note(ports, integrationId, enablesNew);
    throw cause;
  }
}

/**
 * Syncs and polls immediately, and records the result in the same way as for a request. Throws the errors of
 * `syncIntegration`, but converts rejections by the forge to `conflict`.
 */
export async function syncNow(
  ports: SyncPorts,
  integrationId: string,
  options: { readonly enablesNew: boolean },
  signal: AbortSignal,
): Promise<SyncResult> {
  const id = await note(ports, integrationId, options.enablesNew);
  const end = (status: "succeeded" | "failed", outcome: string) =>
    ports.store.integrationSetup.endSync(id, { status, outcome }, ports.clock.now());
  try {
    const result = await syncAndPoll(ports, integrationId, options, signal);
    await end("succeeded", describeSync(result));
    return result;
  } catch (cause) {
    await end("failed", cause instanceof AppError ? cause.message : "The sync did not finish.");
    throw asRefusal(cause, "conflict");
  }
}

/**
 * Returns the number of requested or running syncs in the organization. Does not count a sync that is older than a day,
 * because it is lost.
 */
export function countRunningSyncs(
  { store, clock }: Pick<ForgesPorts, "store" | "clock">,
  organizationId: string,
): Promise<number> {
  return store.integrationSetup.countSyncs(organizationId, new Date(clock.now().getTime() - lostAfterMs));
}

/** Syncs and polls, so that the caller sees new events without waiting for the next poll. */
async function syncAndPoll(
  ports: SyncPorts,
  integrationId: string,
  options: { readonly enablesNew: boolean },
  signal: AbortSignal,
): Promise<SyncResult & { readonly recorded: number }> {
  const result = await syncIntegration(ports, integrationId, options, signal);
  return { ...result, recorded: await pollIntegration(ports, integrationId, signal) };
}

function describeSync(result: SyncResult & { readonly recorded: number }): string {
  const { found, added, changed, attached, vanished, skipped, webhooks, recorded, notices } = result;
  const counts = [
    `${added} new`,
    `${changed} changed`,
    `${attached} reconnected`,
    `${vanished} no longer on the forge`,
    `${skipped} managed by another integration`,
  ];
  return [
    `Found ${repositories(found)} on the forge: ${counts.join(", ")}.`,
    `Webhooks are set up for ${repositories(webhooks)}.`,
    ...(recorded === 0 ? [] : [`New events: ${recorded}.`]),
    ...notices,
  ].join(" ");
}

const repositories = (count: number) => `${count} ${count === 1 ? "repository" : "repositories"}`;

async function note(ports: SyncPorts, integrationId: string, enablesNew: boolean): Promise<string> {
  const requestedAt = ports.clock.now();
  const id = newId(requestedAt.getTime());
  await ports.store.integrationSetup.insertSync({ id, integrationId, enablesNew, requestedAt });
  return id;
}
