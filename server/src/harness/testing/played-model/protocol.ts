import type { ParsedRequest, ToolCall } from "./play.ts";

/** The part of a provider's protocol that the harness tests need. */
export interface PlayedProtocol {
  answers(path: string): boolean;
  parse(path: string, body: unknown): ParsedRequest;
  error(status: number): object;
  /** `begin`, `text`, `tool` and `end` return events of an event stream, without the empty line after each event. */
  begin(): string[];
  text(text: string): string[];
  tool(call: ToolCall): string[];
  end(reply: { readonly text: string; readonly call: ToolCall | null }): string[];
}

export const newId = (prefix: string) => `${prefix}_${Math.random().toString(36).slice(2)}`;

type Json = Readonly<Record<string, unknown>>;

export function record(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

export function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}

/** Returns the text in a string or in a list of content parts. */
export function textIn(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content)
    .map(({ text }) => (typeof text === "string" ? text : ""))
    .join("\n");
}
