import { AppError } from "../../base/index.ts";
import type { Instructions } from "./agent.ts";

const maxDepth = 100;

interface Node {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: unknown;
}

/**
 * Converts a rich text document (TipTap) to Markdown. Replaces unknown nodes with their content. Throws `invalid_input` if the document is nested too
 * deeply.
 */
export function instructionsText(document: Instructions | null): string {
  return document === null ? "" : blockOf(document, 0).trim();
}

/** Converts text to a document. Blank lines separate paragraphs, and single line breaks become hard breaks. */
export function instructionsOf(text: string): Instructions {
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

function blockOf(node: Node, depth: number): string {
  if (depth > maxDepth)
    throw new AppError(
      "invalid_input",
      `The "instructions" are nested more than ${maxDepth} levels deep. Use fewer levels.`,
      { field: "instructions" },
    );
  const inside = () => childrenOf(node).map((child) => blockOf(child, depth + 1));
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
