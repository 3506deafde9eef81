import { AppError, type Masker, newId, refuseNul } from "../../../base/index.ts";
import {
  type Artifact,
  appendEvent,
  contentTypeOf,
  maxArtifactBytes,
  requireQuota,
  shorten,
} from "../../../sessions/index.ts";
import type { RunTool, ToolCall, ToolResult } from "../tool-call.ts";

export const createArtifact: RunTool<"createArtifact"> = (call, input) => {
  const { masker } = call.context;
  const content = masker.mask(input.content);
  return keep(call, {
    type: "Response",
    title: input.title,
    outputType: input.outputType,
    content,
    description: input.description ?? null,
    fileName: input.fileName ?? null,
    contentType: null,
    path: null,
    bytes: null,
  });
};

export const uploadFile = (
  call: ToolCall,
  input: {
    readonly path: string;
    readonly title?: string;
    readonly description?: string;
    readonly contentBase64: string;
  },
): Promise<ToolResult> => {
  const bytes = masked(Buffer.from(input.contentBase64, "base64"), call.context.masker);
  const fileName = input.path.split("/").at(-1) || "file";
  return keep(call, {
    type: "File",
    title: input.title ?? shorten(fileName),
    outputType: null,
    content: "",
    description: input.description ?? null,
    fileName,
    contentType: contentTypeOf(fileName),
    path: input.path,
    bytes,
  });
};

/** Masks secrets if the bytes are valid UTF-8 text. Binary content is stored unmasked. */
function masked(bytes: Buffer, masker: Masker): Buffer {
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? Buffer.from(masker.mask(text), "utf8") : bytes;
}

type Kept = Pick<
  Artifact,
  "title" | "outputType" | "content" | "description" | "fileName" | "contentType" | "path"
> & {
  readonly type: "Response" | "File";
  readonly bytes: Buffer | null;
};

async function keep({ context, key }: ToolCall, { bytes, ...kept }: Kept): Promise<ToolResult> {
  const { ports, session, lease, masker } = context;
  for (const field of ["title", "description", "fileName", "path"] as const) refuseNul(field, kept[field]);
  const sizeBytes = bytes === null ? Buffer.byteLength(kept.content) : bytes.length;
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
    ...kept,
    title: masker.mask(kept.title),
    description: kept.description === null ? null : masker.mask(kept.description),
    fileName: kept.fileName === null ? null : masker.mask(kept.fileName),
    path: kept.path === null ? null : masker.mask(kept.path),
    category: null,
    relatedPullRequestUrls: [],
    assetId: null,
    sizeBytes,
    createdAt: now,
    updatedAt: now,
  };
  await ports.store.artifacts.insert(lease, artifact, bytes);
  await appendEvent(context, `${key}:artifact`, {
    type: "artifact.created",
    artifactId: artifact.id,
    artifactType: kept.type,
    title: artifact.title,
  });
  return { artifactId: artifact.id, message: "Saved as a session artifact." };
}
