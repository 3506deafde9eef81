import { AppError, newId, refuseNul, storeRowBytes } from "../../../base/index.ts";
import {
  type Artifact,
  appendEvent,
  artifactCreated,
  maxArtifactBytes,
  requireQuota,
} from "../../../sessions/index.ts";
import type { ToolCall } from "../tool-call.ts";

export type NewArtifact = Pick<
  Artifact,
  "title" | "outputType" | "content" | "description" | "fileName" | "contentType" | "path"
> & {
  readonly type: "Response" | "File";
  readonly bytes: Buffer | null;
};

/**
 * Saves an artifact of the turn, with masked texts, and returns its ID. Throws `invalid_input` if it is too large or a
 * text contains a NUL character, and `limit_reached` if it would exceed the session's quota.
 */
export async function saveArtifact(
  { context, key }: ToolCall,
  { bytes, ...given }: NewArtifact,
): Promise<string> {
  const { ports, session, lease, masker } = context;
  for (const field of ["title", "description", "fileName", "path"] as const) refuseNul(field, given[field]);
  const sizeBytes = bytes === null ? Buffer.byteLength(given.content) : bytes.length;
  if (sizeBytes > maxArtifactBytes)
    throw new AppError(
      "invalid_input",
      `The artifact has ${sizeBytes} bytes, and the limit is ${maxArtifactBytes}. Shorten or split it.`,
    );
  await requireQuota(ports.store, session.id, sizeBytes, "limit_reached");
  const now = ports.clock.now();
  const artifact: Artifact = {
    id: newId(now.getTime()),
    sessionId: session.id,
    turnId: lease.turnId,
    ...given,
    title: masker.mask(given.title),
    description: given.description === null ? null : masker.mask(given.description),
    fileName: given.fileName === null ? null : masker.mask(given.fileName),
    path: given.path === null ? null : masker.mask(given.path),
    category: null,
    relatedPullRequestUrls: [],
    assetId: null,
    sizeBytes,
    createdAt: now,
    updatedAt: now,
  };
  const { organizationId } = session;
  const file = bytes && (await storeRowBytes(ports.blobs, { organizationId, kind: "artifact" }, bytes));
  await ports.store.artifacts.insert(lease, artifact, file);
  await appendEvent(context, `${key}:artifact`, artifactCreated({ ...artifact, type: given.type }));
  return artifact.id;
}
