import type { Masker } from "../../../base/index.ts";
import { contentTypeOf, shorten } from "../../../sessions/index.ts";
import type { RunTool, ToolCall, ToolResult } from "../tool-call.ts";
import { type NewArtifact, saveArtifact } from "./save-artifact.ts";

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

async function keep(call: ToolCall, artifact: NewArtifact): Promise<ToolResult> {
  return { artifactId: await saveArtifact(call, artifact), message: "Saved as a session artifact." };
}
