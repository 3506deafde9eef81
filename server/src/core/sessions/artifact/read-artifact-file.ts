import { maxAttachmentBytes } from "@tembo/contract/limits";
import { loadRowBytes } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";

/** Returns the bytes of an artifact's file, or null if the artifact does not exist or is a text. */
export async function readArtifactFile(
  { store, blobs }: Pick<SessionsPorts, "store" | "blobs">,
  organizationId: string,
  id: string,
): Promise<Buffer | null> {
  const stored = await store.artifacts.findFile(organizationId, id);
  // The file of an artifact may be a copy of an attachment, which can be larger than the file that a turn saves.
  return stored === null ? null : loadRowBytes(blobs, organizationId, stored, maxAttachmentBytes);
}
