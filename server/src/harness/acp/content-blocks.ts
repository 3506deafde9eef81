import type { ContentBlock } from "@agentclientprotocol/sdk/unstable";
import type { PromptBlock } from "../../core/turns/index.ts";

export interface PromptContent {
  readonly blocks: readonly ContentBlock[];
  /** What could not be given to the harness. */
  readonly notices: readonly string[];
}

/** The blocks in the protocol's form, without images for a harness that takes none. */
export function promptContent(
  blocks: readonly PromptBlock[],
  { takesImages, displayName }: { readonly takesImages: boolean; readonly displayName: string },
): PromptContent {
  const fitting = blocks.filter((block) => takesImages || block.type !== "image");
  const left = blocks.length - fitting.length;
  const what = left === 1 ? "An image was" : `${left} images were`;
  const notices = left === 0 ? [] : [`${what} left out of the prompt: ${displayName} takes none.`];
  return { blocks: fitting.map(contentBlock), notices };
}

function contentBlock(block: PromptBlock): ContentBlock {
  if (block.type === "text") return { type: "text", text: block.text };
  if (block.type === "image") return { type: "image", mimeType: block.mediaType, data: block.base64 };
  const uri = `file://${block.path.split("/").map(encodeURIComponent).join("/")}`;
  return { type: "resource_link", uri, name: block.name };
}
