/** A tool as the harness offered it. */
export interface OfferedTool {
  readonly name: string;
  /** `custom` tools of the Responses protocol take plain text in place of a JSON object. */
  readonly kind: "function" | "custom";
  readonly properties: readonly string[];
  /** Of those that stand in one, as Codex has the tools of MCP servers. */
  readonly namespace?: string;
}

export type Entry =
  | { readonly from: "user"; readonly text: string }
  | { readonly from: "model"; readonly text: string }
  | { readonly from: "tool"; readonly text: string };

/** What every protocol's request comes down to. */
export interface Conversation {
  /** Tells one conversation from another with the same words; empty where the protocol does not say. */
  readonly id: string;
  readonly model: string;
  readonly wantsStream: boolean;
  /** The JSON schema the answer must follow, where one is asked for. */
  readonly answerSchema: unknown;
  readonly cwd: string | undefined;
  /** What the harness says of itself, and was given to say, beside the conversation. */
  readonly systemText: string;
  readonly tools: readonly OfferedTool[];
  readonly entries: readonly Entry[];
  /** Media types of the pictures in it; absent where the protocol's reader does not look. */
  readonly pictures?: readonly string[];
}

/** How harnesses word their working directory, most explicit first. */
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

/** Text of a content field: a string, or blocks that may carry `text`. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content)
    .map((block) => string(record(block).text))
    .join("\n");
}

/** The notes a harness puts beside the words of a person; scripts are never read from them. */
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
