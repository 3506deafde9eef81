/** Converts plain text to a rich text document (TipTap), with one paragraph per block. Empty lines separate blocks. */
export function instructionsOf(text: string): Record<string, unknown> {
  const content = text
    .trim()
    .split(/\n\n+/)
    .map((block) => ({
      type: "paragraph",
      content: block
        .split("\n")
        .flatMap((line, index) => [
          ...(index === 0 ? [] : [{ type: "hardBreak" }]),
          ...(line === "" ? [] : [{ type: "text", text: line }]),
        ]),
    }));
  return { type: "doc", content };
}

interface Node {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly attrs?: { readonly level?: unknown; readonly label?: unknown };
  readonly content?: unknown;
}

/** Maximum depth of instructions that the API accepts. Deeper content is omitted. */
const maxDepth = 100;
const blocks = new Set([
  "paragraph",
  "heading",
  "codeBlock",
  "listItem",
  "bulletList",
  "orderedList",
  "blockquote",
]);

/**
 * Converts a document to plain text, with Markdown markers for headings and list items. Separates blocks with empty
 * lines and list items with newlines.
 */
export function toPlainText(document: unknown, depth = 0): string {
  if (typeof document !== "object" || document === null || depth > maxDepth) return "";
  const { type, text, attrs, content } = document as Node;
  if (type === "text") return typeof text === "string" ? text : "";
  if (type === "hardBreak") return "\n";
  if (type === "mention") return `@${String(attrs?.label ?? "")}`;
  const children: unknown[] = Array.isArray(content) ? content : [];
  const isOfBlocks = children.some((child) => blocks.has(String((child as Node | null)?.type)));
  const gap = /List$/.test(String(type)) ? "\n" : "\n\n";
  const inside = children.map((child) => toPlainText(child, depth + 1)).join(isOfBlocks ? gap : "");
  if (type === "heading") return `${"#".repeat(Number(attrs?.level) || 1)} ${inside}`;
  if (type === "listItem") return `- ${inside}`;
  return inside;
}
