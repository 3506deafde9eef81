import type { Artifact } from "@tembo-io/sdk";
import { tembo } from "../../../api/client.ts";
import { pngSize } from "../../rows/is-small-png.ts";
import type { Content } from "./content.ts";

/**
 * Loads the content of an artifact. An asset is a separate file, whose text is included only if its kind is text. All
 * other content is text in the artifact.
 */
export async function loadArtifact(
  { id, assetId, contentType, fileKind }: Artifact,
  signal: AbortSignal,
): Promise<Content> {
  const type = contentType ?? "text/plain";
  if (assetId === null) {
    const { content } = await tembo.artifacts.retrieve(id, { signal });
    return { blob: new Blob([content], { type: `${type};charset=utf-8` }), text: content, png: null };
  }
  const bytes = await tembo.artifacts.file(id, { signal });
  const blob = new Blob([new Uint8Array(bytes)], { type });
  return {
    blob,
    text: fileKind === "text" || type.startsWith("application/json") ? await blob.text() : null,
    png: pngSize(bytes),
  };
}

const endings = { html: "html", markdown: "md", json: "json", csv: "csv", asset: "" };

export function fileNameOf({
  fileName,
  title,
  outputType,
}: Pick<Artifact, "fileName" | "title" | "outputType">) {
  if (fileName !== null) return fileName;
  const name = title.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 80) || "artifact";
  const ending = outputType === null ? "txt" : endings[outputType];
  return ending === "" ? name : `${name}.${ending}`;
}
