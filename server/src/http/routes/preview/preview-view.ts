import type { Preview, PreviewShare } from "@tembo/contract";
import {
  type Preview as CorePreview,
  type PreviewShare as CorePreviewShare,
  previewOrigin,
} from "../../../core/turns/index.ts";

export function previewView(
  settings: Parameters<typeof previewOrigin>[0],
  { id, sessionId, port, name, hostLabel, createdAt }: CorePreview,
): Preview {
  const url = `${previewOrigin(settings, hostLabel)}/`;
  return { id, sessionId, port, name, url, createdAt: createdAt.toISOString() };
}

export function previewShareView({
  id,
  previewId,
  createdBy,
  createdAt,
  expiresAt,
}: CorePreviewShare): PreviewShare {
  return { id, previewId, createdBy, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
}
