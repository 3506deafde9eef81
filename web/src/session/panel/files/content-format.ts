import type { Artifact } from "@tembo-io/sdk";

/** The way in which content is shown. */
export type ContentFormat = "html" | "markdown" | "csv" | "json" | "picture" | "text";

/** Content types of pictures that a browser draws in an `img` element, in which an SVG file runs no script. */
const pictureTypes = /^image\/(?:png|jpeg|gif|webp|avif|svg\+xml)\b/;
const byType: readonly (readonly [RegExp, ContentFormat])[] = [
  [/^text\/markdown\b/, "markdown"],
  [/^text\/csv\b/, "csv"],
  [/^application\/json\b/, "json"],
  [pictureTypes, "picture"],
];
const byEnding: readonly (readonly [RegExp, ContentFormat])[] = [
  [/\.(?:md|markdown)$/i, "markdown"],
  [/\.csv$/i, "csv"],
  [/\.json$/i, "json"],
  [/\.(?:png|jpe?g|gif|webp|avif|svg)$/i, "picture"],
];

/** Returns the format of an artifact from its declared type, its content type or its name. Pure. */
export function artifactFormat({
  outputType,
  fileKind,
  contentType,
  fileName,
}: Pick<Artifact, "outputType" | "fileKind" | "contentType" | "fileName">): ContentFormat {
  if (outputType !== null && outputType !== "asset") return outputType;
  if (fileKind === "html" || fileKind === "markdown") return fileKind;
  const typed = byType.find(([pattern]) => pattern.test(contentType ?? ""))?.[1];
  return typed ?? fileFormat(fileName ?? "");
}

/** Returns the format of a file from its name. Never HTML, because a repository contains pages to read as code. Pure. */
export function fileFormat(name: string): ContentFormat {
  return byEnding.find(([pattern]) => pattern.test(name))?.[1] ?? "text";
}
