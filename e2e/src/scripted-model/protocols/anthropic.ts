import { randomUUID } from "node:crypto";
import {
  type Conversation,
  contentText,
  type Entry,
  findCwd,
  list,
  record,
  string,
} from "../conversation.ts";
import type { Delta } from "../play-reply.ts";
import { type Answer, collect, named, type Protocol, type Usage, type WireRequest } from "./protocol.ts";

/** Anthropic Messages (https://platform.claude.com/docs/en/api/messages and .../build-with-claude/streaming). */
export const anthropic: Protocol = {
  name: "anthropic",
  answers: (path) => path.endsWith("/messages"),
  read,
  stream,
  whole,
  error: (status, message) => ({
    type: "error",
    error: { type: errorTypes[status] ?? (status < 500 ? "invalid_request_error" : "api_error"), message },
  }),
};

const errorTypes: Readonly<Record<number, string>> = {
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

function read({ body }: WireRequest): Conversation {
  const request = record(body);
  const messages = list(request.messages).map(record);
  const entries = messages.filter(({ role }) => role !== "system").flatMap(readMessage);
  // Claude Code describes its environment in a system message that is part of the conversation.
  const systemTexts = messages
    .filter(({ role }) => role === "system")
    .map(({ content }) => contentText(content));
  const userTexts = entries.filter(({ from }) => from === "user").map(({ text }) => text);
  return {
    id: string(record(request.metadata).user_id),
    model: string(request.model),
    wantsStream: request.stream === true,
    answerSchema: record(record(request.output_config).format).schema,
    cwd: findCwd([contentText(request.system), ...systemTexts, ...userTexts].join("\n")),
    systemText: [contentText(request.system), ...systemTexts].join("\n"),
    tools: list(request.tools).map((tool) => ({
      name: string(record(tool).name),
      kind: "function",
      properties: Object.keys(record(record(record(tool).input_schema).properties)),
    })),
    entries,
    pictures: messages.flatMap(({ content }) => picturesIn(content)),
  };
}

function picturesIn(content: unknown): string[] {
  if (!Array.isArray(content)) return [];
  const pictures = content.map(record).filter(({ type }) => type === "image");
  return pictures.map(({ source }) => string(record(source).media_type));
}

function readMessage(message: Readonly<Record<string, unknown>>): Entry[] {
  const from = message.role === "assistant" ? "model" : "user";
  if (typeof message.content === "string") return [{ from, text: message.content }];
  return list(message.content).flatMap((value): Entry[] => {
    const block = record(value);
    if (block.type === "tool_result") return readToolResult(contentText(block.content));
    return block.type === "text" ? [{ from, text: string(block.text) }] : [];
  });
}

/** The reminders that Claude Code appends to the output of a command. */
const appendedReminders =
  /(?:\s*<system-reminder>(?:(?!<[/]system-reminder>)[\s\S])*<[/]system-reminder>)+\s*$/;
const messageInReminder =
  /<system-reminder>\s*The user sent a new message while you were working:\n([\s\S]*?)\n\nThis is how Claude Code surfaces messages/g;

/**
 * Returns the result of a tool, and the user messages in the reminders after it. Claude Code (2.1.318) puts a user
 * message into a reminder if the command has run for about four seconds. It sends an earlier message as a block. A
 * program whose output ends with such a reminder can forge a message, even with a real model.
 */
function readToolResult(text: string): Entry[] {
  const reminders = appendedReminders.exec(text)?.[0] ?? "";
  const messages = Array.from(reminders.matchAll(messageInReminder), ([, words]) => words!);
  return [{ from: "tool", text }, ...messages.map((words) => ({ from: "user", text: words }) as const)];
}

async function* stream(answer: Answer): AsyncGenerator<string> {
  let index = -1;
  let open: Delta["kind"] | undefined;
  let stopReason = "end_turn";
  yield named("message_start", { message: emptyMessage(answer) });
  const close = function* () {
    if (open === "thinking") yield delta(index, { type: "signature_delta", signature });
    if (open !== undefined) yield named("content_block_stop", { index });
    open = undefined;
  };
  for await (const piece of answer.deltas) {
    if (piece.kind !== open) {
      yield* close();
      index += 1;
      open = piece.kind;
      yield named("content_block_start", { index, content_block: emptyBlock(piece) });
    }
    if (piece.kind === "thinking") yield delta(index, { type: "thinking_delta", thinking: piece.text });
    if (piece.kind === "text") yield delta(index, { type: "text_delta", text: piece.text });
    if (piece.kind === "tool") {
      stopReason = "tool_use";
      for (const part of JSON.stringify(piece.call.input).match(/.{1,2000}/gsu) ?? []) {
        yield delta(index, { type: "input_json_delta", partial_json: part });
      }
    }
  }
  yield* close();
  yield named("message_delta", {
    delta: { stop_reason: stopReason, stop_sequence: null },
    usage: toUsage(answer.usage()),
  });
  yield named("message_stop", {});
}

async function whole(answer: Answer): Promise<unknown> {
  const { thinking, text, call } = await collect(answer.deltas);
  return {
    ...emptyMessage(answer),
    content: [
      ...(thinking ? [{ type: "thinking", thinking, signature }] : []),
      ...(text ? [{ type: "text", text }] : []),
      ...(call ? [{ type: "tool_use", id: newId("toolu"), name: call.name, input: call.input }] : []),
    ],
    stop_reason: call ? "tool_use" : "end_turn",
    usage: toUsage(answer.usage()),
  };
}

const signature = "c2NyaXB0ZWQ=";

function emptyMessage(answer: Answer) {
  return {
    id: newId("msg"),
    type: "message",
    role: "assistant",
    model: answer.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...toUsage(answer.usage()), output_tokens: 1 },
  };
}

function emptyBlock(piece: Delta) {
  if (piece.kind === "thinking") return { type: "thinking", thinking: "", signature: "" };
  if (piece.kind === "text") return { type: "text", text: "" };
  return { type: "tool_use", id: newId("toolu"), name: piece.call.name, input: {} };
}

function delta(index: number, content: Readonly<Record<string, unknown>>): string {
  return named("content_block_delta", { index, delta: content });
}

function toUsage(usage: Usage) {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage.cachedInput,
    output_tokens: usage.output,
  };
}

function newId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll("-", "").slice(0, 24)}`;
}
