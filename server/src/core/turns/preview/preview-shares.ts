import { randomBytes } from "node:crypto";
import { maxSharesPerPreview } from "@tembo/contract/limits";
import { hashToken } from "../../accounts/index.ts";
import { AppError, newId } from "../../base/index.ts";
import type { TurnsPorts, TurnsStore } from "../ports.ts";
import type { Preview, PreviewShare } from "./preview.ts";

const minuteMs = 60_000;
const defaultMinutes = 24 * 60;

/**
 * Creates a share link. It lasts a day, or as long as the server allows, if `minutes` is null. Returns it with its token, of which the store keeps only a hash. Throws `forbidden` if the
 * server does not allow share links, `invalid_input` if the lifetime exceeds the server's limit, or `conflict` if the
 * preview has too many valid links.
 */
export async function createPreviewShare(
  { store, clock, settings }: Pick<TurnsPorts, "store" | "clock" | "settings">,
  preview: Preview,
  { userId, ...given }: { readonly userId: string; readonly minutes: number | null },
): Promise<{ readonly share: PreviewShare; readonly token: string }> {
  const maxMinutes = settings.maxPreviewShareMs / minuteMs;
  if (maxMinutes === 0)
    throw new AppError("forbidden", "This server does not allow share links. Invite the person instead.");
  const minutes = given.minutes ?? Math.min(defaultMinutes, maxMinutes);
  if (minutes > maxMinutes)
    throw new AppError(
      "invalid_input",
      `A share link can last at most ${maxMinutes} minutes on this server. Choose a shorter time.`,
      { field: "expiresInMinutes" },
    );
  const createdAt = clock.now();
  const token = randomBytes(32).toString("base64url");
  const share = {
    id: newId(createdAt.getTime()),
    organizationId: preview.organizationId,
    previewId: preview.id,
    hostLabel: preview.hostLabel,
    createdBy: userId,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + minutes * minuteMs),
  };
  await store.transaction(async (tx) => {
    await tx.sessions.lock(preview.organizationId, preview.sessionId);
    if ((await tx.previewShares.list(preview.id, createdAt)).length >= maxSharesPerPreview)
      throw new AppError(
        "conflict",
        `The preview already has ${maxSharesPerPreview} share links. Revoke one of them first.`,
      );
    await tx.previewShares.insert(share, hashToken(token));
  });
  return { share, token };
}

/** Revokes a share link and ends its grants. Throws `not_found` if the preview has no such link. */
export async function deletePreviewShare(
  store: Pick<TurnsStore, "previewShares">,
  preview: Preview,
  id: string,
): Promise<void> {
  if (!(await store.previewShares.delete(preview.id, id)))
    throw new AppError("not_found", `Share link ${id} was not found.`);
}
