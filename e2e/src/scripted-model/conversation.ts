/** A tool that the harness offers. */
export interface OfferedTool {
  readonly name: string;
  /** `custom` tools of the Responses protocol take plain text instead of a JSON object. */
  readonly kind: "function" | "custom";
  readonly properties: readonly string[];
  /** Namespace of the tool, if any. Codex uses namespaces for the tools of MCP servers. */
  readonly namespace?: string;
}

export type Entry =
  | { readonly from: "user"; readonly text: string }
  | { readonly from: "model"; readonly text: string }
  | { readonly from: "tool"; readonly text: string };

/** A request in a format that all protocols share. */
export interface Conversation {
  /** ID that distinguishes conversations with identical texts, or an empty string if the protocol has no such ID. */
  readonly id: string;
  readonly model: string;
  readonly wantsStream: boolean;
  /** The JSON schema that the response must follow, if the request has one. */
  readonly answerSchema: unknown;
  readonly cwd: string | undefined;
  /** The system prompt, including the instructions that the harness received. */
  readonly systemText: string;
  readonly tools: readonly OfferedTool[];
  readonly entries: readonly Entry[];
  /** Media types of the images in the conversation. Not set if the protocol's parser does not collect them. */
  readonly pictures?: readonly string[];
}

/** Patterns by which harnesses state their working directory, most explicit first. */
const cwdPatterns = [
  /<cwd>\s*(\/[^<\n]*?)\s*<\/cwd>/,
  /(?:Primary|Current) working directory\s*:?\s*[`"]?(\/[^\s`"<]*)/i,
  /Working directory\s*:?\s*[`"]?(\/[^\s`"<]*)/i,
  /Workspace Directories:\**\s*-\s*(\/[^\s`"<]*)/,
  /working (?:directory is|in the directory)\s*:?\s*[`"]?(\/[^\s`"<]*)/i,
];

export function findCwd(text: string): string | undefined {
  for (const pattern of cwdPatterns) {
    const found = pattern.exec(text)?.[1]?.replace(/[.,;]$/, "");
    if (found) return found;
  }
  return undefined;
}

/** Returns the text of a content field: a string, or blocks that may contain `text`. */
export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content)
    .map((block) => string(record(block).text))
    .join("\n");
}

/** Removes the notes that a harness adds to a user's message, because scripts must not be parsed from them. */
export function withoutReminders(text: string): string {
  return text.replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, "").trim();
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}
