import type { Viewer } from "../../accounts/index.ts";
import { AppError, maxBytesInRow, newId, type RowBytes, refuseNul } from "../../base/index.ts";
import type { Attachment } from "../attachment/attachment.ts";
import { isPicture } from "../attachment/media-type.ts";
import { readAttachment } from "../attachment/read-attachment.ts";
import type { SessionsPorts } from "../ports.ts";
import { getSession } from "../session/get-session.ts";
import { type Artifact, maxArtifactBytes } from "./artifact.ts";
import { artifactCreated } from "./artifact-created.ts";
import { contentTypeOf } from "./content-type.ts";
import { requireQuota } from "./require-quota.ts";

export interface CreateArtifact {
  readonly sessionId: string;
  readonly title: string;
  readonly output:
    | {
        readonly type: NonNullable<Artifact["outputType"]>;
        readonly content: string;
        readonly fileName: string | null;
      }
    /** Copies the bytes of an attachment that the viewer may see. */
    | { readonly type: "asset"; readonly assetId: string; readonly fileName: string | null };
  readonly description: string | null;
  readonly category: Artifact["category"];
  readonly relatedPullRequestUrls: readonly string[];
}

type ArtifactPorts = Pick<SessionsPorts, "store" | "clock" | "blobs">;
type Output = Pick<Artifact, "outputType" | "content" | "fileName" | "contentType" | "assetId"> & {
  readonly type: "Response" | "File";
  readonly sizeBytes: number;
  /** Content of a file, or null for a text. */
  readonly file: RowBytes | null;
};

/**
 * Adds an artifact to a session on behalf of a person. Throws `not_found` if the session does not exist or the bytes of
 * the attachment no longer exist. Throws `invalid_input` if a text contains a NUL character, if the content is too
 * large, if the viewer may not see the attachment, or if the session's quota would be exceeded.
 */
export async function createArtifact(
  ports: ArtifactPorts,
  viewer: Viewer,
  input: CreateArtifact,
): Promise<Artifact> {
  const { organizationId } = viewer;
  const session = await getSession(ports.store, organizationId, input.sessionId);
  refuseNul("title", input.title);
  refuseNul("description", input.description);
  refuseNul("fileName", input.output.fileName);
  const { file, ...output } = await read(ports, viewer, input.output);
  const now = ports.clock.now();
  const artifact: Artifact = {
    id: newId(now.getTime()),
    sessionId: session.id,
    turnId: null,
    ...output,
    title: input.title.toWellFormed(),
    description: input.description?.toWellFormed() ?? null,
    category: input.category,
    relatedPullRequestUrls: input.relatedPullRequestUrls,
    path: null,
    createdAt: now,
    updatedAt: now,
  };
  await ports.store.transaction(async (tx) => {
    // Locks the session, so that concurrent requests cannot both use the last free quota. A retried transaction finds
    // its own artifact.
    if ((await tx.sessions.lock(organizationId, session.id)) === null)
      throw new AppError("not_found", `Session ${session.id} was not found.`);
    if ((await tx.artifacts.find(organizationId, artifact.id)) !== null) return;
    await requireQuota(tx, session.id, artifact.sizeBytes, "invalid_input");
    await tx.artifacts.add(artifact, file);
    await tx.events.append(session.id, null, [
      {
        key: `artifact:${artifact.id}`,
        messageId: null,
        data: artifactCreated({ ...artifact, type: output.type }),
      },
    ]);
  });
  return artifact;
}

/**
 * Deletes the artifact, whether a person or a turn created it. Deletes a plan together with the decision about it.
 * Throws `not_found` if the artifact does not exist.
 */
export async function deleteArtifact(
  { store }: Pick<SessionsPorts, "store">,
  organizationId: string,
  id: string,
): Promise<void> {
  if (!(await store.artifacts.delete(organizationId, id)))
    throw new AppError("not_found", `Artifact ${id} was not found.`);
}

async function read(ports: ArtifactPorts, viewer: Viewer, output: CreateArtifact["output"]): Promise<Output> {
  if (output.type === "asset") return readAsset(ports, viewer, output);
  refuseNul("content", output.content);
  const content = output.content.toWellFormed();
  const sizeBytes = Buffer.byteLength(content);
  if (sizeBytes > maxArtifactBytes)
    throw new AppError(
      "invalid_input",
      `The "content" has ${sizeBytes} bytes, and the limit is ${maxArtifactBytes}. Upload it to /v1/attachments and send its ID as "assetId".`,
      { field: "content" },
    );
  const fileName = output.fileName?.toWellFormed() ?? null;
  return {
    type: "Response",
    outputType: output.type,
    content,
    fileName,
    contentType: null,
    assetId: null,
    sizeBytes,
    file: null,
  };
}

async function readAsset(
  ports: ArtifactPorts,
  viewer: Viewer,
  { assetId, fileName }: { readonly assetId: string; readonly fileName: string | null },
): Promise<Output> {
  const [attachment] = await ports.store.attachments.findVisible(viewer, [assetId]);
  if (attachment === undefined)
    throw new AppError(
      "invalid_input",
      `Attachment ${assetId} in "assetId" was not found. Upload the file to /v1/attachments first.`,
      { field: "assetId" },
    );
  const name = fileName?.toWellFormed() ?? attachment.name;
  return {
    type: "File",
    outputType: null,
    content: "",
    fileName: name,
    contentType: isPicture(attachment.mediaType) ? attachment.mediaType : contentTypeOf(name),
    assetId: attachment.id,
    sizeBytes: attachment.sizeBytes,
    file: await fileOf(ports, attachment),
  };
}

/** Returns the content of the attachment. A large file shares its blob with the attachment, because blobs never change. */
async function fileOf(ports: ArtifactPorts, attachment: Attachment): Promise<RowBytes> {
  const { sizeBytes, blobId } = attachment;
  return blobId !== null && sizeBytes > maxBytesInRow
    ? { bytes: null, blobId }
    : { bytes: await readAttachment(ports, attachment), blobId: null };
}
