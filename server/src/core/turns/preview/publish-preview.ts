import { maxPreviewsPerSession } from "@tembo/contract/limits";
import { AppError, type Clock, newId, type TurnLease } from "../../base/index.ts";
import { getSession } from "../../sessions/index.ts";
import type { TurnsPorts, TurnsStore, TurnsTransaction } from "../ports.ts";
import type { Preview } from "./preview.ts";
import { previewHostLabel, requirePreviewDomain } from "./preview-address.ts";

/** Session of the preview. A running turn adds its lease and message. */
export interface PreviewPlace {
  readonly organizationId: string;
  readonly sessionId: string;
  readonly lease: TurnLease | null;
  readonly messageId: string | null;
}

/**
 * Publishes a port of the session's sandbox, and appends an event. If the port is already published, returns its
 * preview. Applies a new name to it, with a further event. Throws `conflict` if the server has no preview domain or the session has too many
 * previews, and `fenced` if the lease has been lost.
 */
export async function publishPreview(
  { store, clock, settings }: Pick<TurnsPorts, "store" | "clock" | "settings">,
  place: PreviewPlace,
  wanted: WantedPreview,
): Promise<Preview> {
  requirePreviewDomain(settings);
  return store.transaction((tx) => publishWithin({ store: tx, clock }, place, wanted));
}

export interface WantedPreview {
  readonly port: number;
  readonly name: string | null;
}

/** Does the same as part of a transaction. The server must have a preview domain. */
export async function publishWithin(
  { store: tx, clock }: { readonly store: TurnsTransaction; readonly clock: Clock },
  place: PreviewPlace,
  { port, name }: WantedPreview,
): Promise<Preview> {
  const { organizationId, sessionId } = place;
  // The lock keeps concurrent calls within the limit.
  if ((await tx.sessions.lock(organizationId, sessionId)) === null)
    await getSession(tx, organizationId, sessionId);
  const append = (key: string, previewId: string) =>
    tx.events.append(sessionId, place.lease, [
      { key, messageId: place.messageId, data: { type: "preview.published", previewId, port, name } },
    ]);
  const all = await tx.previews.list(sessionId);
  const existing = all.find((one) => one.port === port);
  if (existing !== undefined) {
    if (name === null || name === existing.name) return existing;
    await tx.previews.setName(existing.id, name);
    await append(`preview:renamed:${newId(clock.now().getTime())}`, existing.id);
    return { ...existing, name };
  }
  if (all.length >= maxPreviewsPerSession)
    throw new AppError(
      "conflict",
      `The session already has ${maxPreviewsPerSession} published ports. Remove one of them first.`,
    );
  const createdAt = clock.now();
  const preview = {
    id: newId(createdAt.getTime()),
    organizationId,
    sessionId,
    port,
    name,
    hostLabel: previewHostLabel({ organizationId, sessionId, port }),
    createdAt,
  };
  await tx.previews.insert(preview);
  await append(`preview:published:${preview.id}`, preview.id);
  return preview;
}

/** Removes a preview with its share links and grants, and appends an event. Throws `not_found` if it does not exist. */
export async function removePreview(
  store: Pick<TurnsStore, "transaction">,
  { organizationId, sessionId, lease, messageId }: PreviewPlace,
  id: string,
): Promise<void> {
  await store.transaction(async (tx) => {
    await getSession(tx, organizationId, sessionId);
    const preview = await getPreview(tx, sessionId, id);
    await tx.previews.delete(sessionId, id);
    await tx.events.append(sessionId, lease, [
      {
        key: `preview:removed:${id}`,
        messageId,
        data: { type: "preview.removed", previewId: id, port: preview.port },
      },
    ]);
  });
}

export async function getPreview(
  store: Pick<TurnsStore, "previews">,
  sessionId: string,
  id: string,
): Promise<Preview> {
  const preview = await store.previews.find(sessionId, id);
  if (preview === null) throw new AppError("not_found", `Preview ${id} was not found.`);
  return preview;
}
