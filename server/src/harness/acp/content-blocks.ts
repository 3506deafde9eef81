import type { ContentBlock } from "@agentclientprotocol/sdk/unstable";
import type { PromptBlock } from "../../core/turns/index.ts";

export interface PromptContent {
  readonly blocks: readonly ContentBlock[];
  /** Notices about content that the harness does not accept. */
  readonly notices: readonly string[];
}

/** Returns the blocks in ACP format, without images if the harness does not accept them. */
export function promptContent(
  blocks: readonly PromptBlock[],
  { takesImages, displayName }: { readonly takesImages: boolean; readonly displayName: string },
): PromptContent {
  const fitting = blocks.filter((block) => takesImages || block.type !== "image");
  const left = blocks.length - fitting.length;
  const what = left === 1 ? "An image was" : `${left} images were`;
  const notices =
    left === 0 ? [] : [`${what} left out of the prompt, because ${displayName} does not accept images.`];
  return { blocks: fitting.map(contentBlock), notices };
}

function contentBlock(block: PromptBlock): ContentBlock {
  if (block.type === "text") return { type: "text", text: block.text };
  if (block.type === "image") return { type: "image", mimeType: block.mediaType, data: block.base64 };
  const uri = `file://${block.path.split("/").map(encodeURIComponent).join("/")}`;
  return { type: "resource_link", uri, name: block.name };
}
