import type { IncomingHttpHeaders } from "node:http";
import type { Conversation } from "../conversation.ts";
import type { Delta } from "../play-reply.ts";

/** Tokens of one response. They are counted by a fixed rule, so that the same script always has the same cost. */
export interface Usage {
  readonly input: number;
  /** Input tokens read from the cache. `input` excludes them. */
  readonly cachedInput: number;
  readonly output: number;
}

/** A response to send. */
export interface Answer {
  readonly model: string;
  readonly deltas: AsyncIterable<Delta>;
  /** Returns the usage, which is final only after all deltas have been consumed. */
  readonly usage: () => Usage;
}

export interface WireRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A model API protocol. Parses requests and encodes responses. */
export interface Protocol {
  readonly name: "anthropic" | "responses" | "chat-completions" | "gemini";
  /** Returns true if a POST to this path requests a response in this protocol. */
  readonly answers: (path: string) => boolean;
  readonly read: (request: WireRequest) => Conversation;
  /** Returns the frames of a server-sent event stream. */
  readonly stream: (answer: Answer) => AsyncIterable<string>;
  /** Returns the same response as one JSON value. */
  readonly whole: (answer: Answer) => Promise<unknown>;
  readonly error: (status: number, message: string) => unknown;
}

/** Collects the deltas of a complete response, for non-streaming requests. */
export async function collect(deltas: AsyncIterable<Delta>) {
  let thinking = "";
  let text = "";
  let call: Extract<Delta, { kind: "tool" }>["call"] | undefined;
  for await (const delta of deltas) {
    if (delta.kind === "thinking") thinking += delta.text;
    if (delta.kind === "text") text += delta.text;
    if (delta.kind === "tool") call = delta.call;
  }
  return { thinking, text, call };
}

export function named(event: string, data: Readonly<Record<string, unknown>>): string {
  return `event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`;
}

export function unnamed(data: unknown): string {
  return `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}
