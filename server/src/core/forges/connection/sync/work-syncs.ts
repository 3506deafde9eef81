import { AppError, newId, reason } from "../../../base/index.ts";
import { asRefusal } from "../../integration/ask-account.ts";
import type { ForgesPorts } from "../../ports.ts";
import { pollIntegration } from "./poll-integration.ts";
import { type SyncPorts, type SyncResult, syncIntegration } from "./sync-integration.ts";

/** A request that is older was lost. */
const lostAfterMs = 24 * 60 * 60_000;

/**
 * Works every request for a sync of an integration by one; without any it is one that is due. One that is polled is polled too. What nobody but a person can
 * change ends it with its sentence, which `testIntegration` shows. What may pass is thrown, so that it is tried again: what the
 * forge said is kept as well. An integration that is gone is nothing to do.
 */
export async function workSyncs(
  ports: SyncPorts,
  integrationId: string,
  signal: AbortSignal,
): Promise<SyncResult | null> {
  const { integrationSetup, integrations } = ports.store;
  if ((await integrations.get(integrationId)) === null) return null;
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
    // What was asked for is still wanted of the next try.
    await note(ports, integrationId, enablesNew);
    throw cause;
  }
}

/** Syncs at once, and keeps what came of it as a request would. Throws as `syncIntegration`, refusals of the forge as `conflict`. */
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
    await end("failed", cause instanceof AppError ? cause.message : "The sync did not come to its end.");
    throw asRefusal(cause, "conflict");
  }
}

/** How many syncs of the organization are asked for or run; one that is older than a day died. */
export function countRunningSyncs(
  { store, clock }: Pick<ForgesPorts, "store" | "clock">,
  organizationId: string,
): Promise<number> {
  return store.integrationSetup.countSyncs(organizationId, new Date(clock.now().getTime() - lostAfterMs));
}

/** Who asks for a sync wants to see what is new: one that is polled need not wait for its minute. */
async function syncAndPoll(
  ports: SyncPorts,
  integrationId: string,
  options: { readonly enablesNew: boolean },
  signal: AbortSignal,
): Promise<SyncResult & { readonly told: number }> {
  const result = await syncIntegration(ports, integrationId, options, signal);
  return { ...result, told: await pollIntegration(ports, integrationId, signal) };
}

function describeSync(result: SyncResult & { readonly told: number }): string {
  const { found, added, changed, attached, vanished, skipped, webhooks, told, notices } = result;
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
    ...(told === 0 ? [] : [`New events: ${told}.`]),
    ...notices,
  ].join(" ");
}

async function note(ports: SyncPorts, integrationId: string, enablesNew: boolean): Promise<string> {
  const requestedAt = ports.clock.now();
  const id = newId(requestedAt.getTime());
  await ports.store.integrationSetup.insertSync({ id, integrationId, enablesNew, requestedAt });
  return id;
}
