import type { Artifact } from "../../artifact/artifact.ts";
import { contentTypeOf } from "../../artifact/content-type.ts";
import { AppError } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { refuseNul } from "../../refuse-nul.ts";
import type { Masker } from "../../secret/mask.ts";
import { shorten } from "../../session/title.ts";
import { tell } from "../../turn/turn-context.ts";
import type { RunTool, ToolCall, ToolResult } from "../tool-call.ts";

const MAX_BYTES = 5 * 1024 * 1024;
const MAX_IN_SESSION = 200;
const MAX_SESSION_BYTES = 100 * 1024 * 1024;

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
    bytes,
  });
};

/** A text is hidden in like any other; in bytes a secret is not looked for. */
function masked(bytes: Buffer, masker: Masker): Buffer {
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? Buffer.from(masker.mask(text), "utf8") : bytes;
}

type Kept = Pick<
  Artifact,
  "title" | "outputType" | "content" | "description" | "fileName" | "contentType"
> & {
  readonly type: "Response" | "File";
  readonly bytes: Buffer | null;
};

async function keep({ context, key }: ToolCall, { bytes, ...kept }: Kept): Promise<ToolResult> {
  const { ports, session, lease, masker } = context;
  for (const field of ["title", "description", "fileName"] as const) refuseNul(field, kept[field]);
  const sizeBytes = bytes === null ? Buffer.byteLength(kept.content) : bytes.length;
  if (sizeBytes > MAX_BYTES)
    throw new AppError(
      "invalid_input",
      `An artifact has at most ${MAX_BYTES} bytes; this one has ${sizeBytes}.`,
    );
  const so = await ports.store.artifacts.totals(session.id);
  if (so.count >= MAX_IN_SESSION || so.bytes + sizeBytes > MAX_SESSION_BYTES)
    throw new AppError(
      "limit_reached",
      `A session keeps at most ${MAX_IN_SESSION} artifacts of ${MAX_SESSION_BYTES} bytes together.`,
    );
  const now = ports.clock.now();
  const artifact: Artifact = {
    id: newId(now.getTime()),
    sessionId: session.id,
    turnId: lease.turnId,
    ...kept,
    title: masker.mask(kept.title),
    description: kept.description === null ? null : masker.mask(kept.description),
    sizeBytes,
    createdAt: now,
    updatedAt: now,
  };
  await ports.store.artifacts.insert(lease, artifact, bytes);
  await tell(context, `${key}:artifact`, {
    type: "artifact.created",
    artifactId: artifact.id,
    artifactType: kept.type,
    title: artifact.title,
  });
  return { artifactId: artifact.id, message: "Kept beside the session." };
}
