interface Node {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly content?: unknown;
}

/** Converts a rich text document (TipTap) to plain text, with an empty line between top-level blocks. Pure. */
export function toPlainText(document: Node): string {
  return childrenOf(document).map(inlineOf).join("\n\n").trim();
}

function inlineOf(node: Node): string {
  if (typeof node.text === "string") return node.text;
  if (node.type === "hardBreak") return "\n";
  return childrenOf(node).map(inlineOf).join("");
}

const childrenOf = ({ content }: Node): readonly Node[] => (Array.isArray(content) ? content : []);
