import type { IncomingHttpHeaders } from "node:http";
import type { Conversation } from "../conversation.ts";
import type { Delta } from "../play-reply.ts";

/** Tokens of one answer, counted by rule so that the same script always costs the same. */
export interface Usage {
  readonly input: number;
  /** Part of the whole input that came from the cache; not in `input`. */
  readonly cachedInput: number;
  readonly output: number;
}

/** An answer on its way out. */
export interface Answer {
  readonly model: string;
  readonly deltas: AsyncIterable<Delta>;
  /** Known once every delta was taken. */
  readonly usage: () => Usage;
}

export interface WireRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** One wire protocol: how its requests read and how its answers are written. */
export interface Protocol {
  readonly name: "anthropic" | "responses" | "chat-completions" | "gemini";
  /** Whether a POST to this path asks for an answer in this protocol. */
  readonly answers: (path: string) => boolean;
  readonly read: (request: WireRequest) => Conversation;
  /** The frames of a server-sent event stream. */
  readonly stream: (answer: Answer) => AsyncIterable<string>;
  /** The same answer as one JSON value. */
  readonly whole: (answer: Answer) => Promise<unknown>;
  readonly error: (status: number, message: string) => unknown;
}

/** A finished answer, for protocols' non-streaming form. */
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
