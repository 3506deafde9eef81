import type { Agent } from "@tembo-io/sdk";

type Document = NonNullable<Agent["instructions"]>;

interface Node {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: unknown;
}

/** Converts a rich text document to Markdown, which is the format that a run receives. */
export function toMarkdown(document: Document | null): string {
  return document === null ? "" : blockOf(document).trim();
}

/**
 * Converts text to a rich text document with one paragraph per block. Empty lines separate blocks. Keeps Markdown as
 * text.
 */
export function parseMarkdown(text: string): Document {
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

function blockOf(node: Node): string {
  const inside = () => childrenOf(node).map(blockOf);
  switch (node.type) {
    case "text":
      return typeof node.text === "string" ? node.text : "";
    case "hardBreak":
      return "\n";
    case "mention":
      return mentionOf(node);
    case "paragraph":
      return `${inside().join("")}\n\n`;
    case "heading":
      return `${"#".repeat(levelOf(node))} ${inside().join("").trim()}\n\n`;
    case "codeBlock":
      return `\`\`\`\n${inside().join("")}\n\`\`\`\n\n`;
    case "listItem":
    case "taskItem":
      return inside().join("").trim().replaceAll(/\n+/g, "\n  ");
    case "bulletList":
    case "taskList":
      return `${inside()
        .map((item) => `- ${item}`)
        .join("\n")}\n\n`;
    case "orderedList":
      return `${inside()
        .map((item, index) => `${index + 1}. ${item}`)
        .join("\n")}\n\n`;
    default:
      return inside().join("");
  }
}

function childrenOf({ content }: Node): Node[] {
  if (!Array.isArray(content)) return [];
  return content.filter((child): child is Node => typeof child === "object" && child !== null);
}

function mentionOf({ attrs }: Node): string {
  const name = attrs?.label ?? attrs?.id;
  return typeof name === "string" ? `@${name}` : "";
}

function levelOf({ attrs }: Node): number {
  const level = attrs?.level;
  return typeof level === "number" && level >= 1 && level <= 6 ? Math.floor(level) : 1;
}
