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
import type { ToolCall } from "../tools.ts";
import { type Answer, collect, type Protocol, type Usage, unnamed, type WireRequest } from "./protocol.ts";

/** OpenAI Chat Completions (https://platform.openai.com/docs/api-reference/chat), with `reasoning_content` for thinking. */
export const chatCompletions: Protocol = {
  name: "chat-completions",
  answers: (path) => path.endsWith("/chat/completions"),
  read,
  stream,
  whole,
  error: openAiError,
};

export function openAiError(status: number, message: string): unknown {
  const type =
    status === 429 ? "rate_limit_exceeded" : status < 500 ? "invalid_request_error" : "server_error";
  return { error: { message, type, param: null, code: status === 429 ? "rate_limit_exceeded" : null } };
}

function read({ body, headers }: WireRequest): Conversation {
  const request = record(body);
  const messages = list(request.messages).map(record);
  const entries = messages.flatMap((message): Entry[] => {
    const text = contentText(message.content);
    if (message.role === "tool") return [{ from: "tool", text }];
    if (message.role === "user") return [{ from: "user", text }];
    return message.role === "assistant" && text ? [{ from: "model", text }] : [];
  });
  return {
    id: string(request.prompt_cache_key) || string(headers["x-session-affinity"]),
    model: string(request.model),
    wantsStream: request.stream === true,
    answerSchema: record(record(request.response_format).json_schema).schema,
    cwd: findCwd(messages.map(({ content }) => contentText(content)).join("\n")),
    systemText: messages
      .filter(({ role }) => role === "system" || role === "developer")
      .map(({ content }) => contentText(content))
      .join("\n"),
    tools: list(request.tools).map((tool) => {
      const { name, parameters } = record(record(tool).function);
      return {
        name: string(name),
        kind: "function",
        properties: Object.keys(record(record(parameters).properties)),
      };
    }),
    entries,
  };
}

async function* stream(answer: Answer): AsyncGenerator<string> {
  const base = { ...newBase(answer), object: "chat.completion.chunk" };
  const chunk = (delta: unknown, finish_reason: string | null = null) =>
    unnamed({ ...base, choices: [{ index: 0, delta, finish_reason }] });
  let finishReason = "stop";
  yield chunk({ role: "assistant", content: "" });
  for await (const piece of answer.deltas) {
    if (piece.kind === "thinking") yield chunk({ reasoning_content: piece.text });
    if (piece.kind === "text") yield chunk({ content: piece.text });
    if (piece.kind === "tool") {
      finishReason = "tool_calls";
      yield chunk({ tool_calls: [{ index: 0, ...toToolCallWire(piece.call) }] });
    }
  }
  yield chunk({}, finishReason);
  yield unnamed({ ...base, choices: [], usage: toUsage(answer.usage()) });
  yield unnamed("[DONE]");
}

async function whole(answer: Answer): Promise<unknown> {
  const { thinking, text, call } = await collect(answer.deltas);
  const message = {
    role: "assistant",
    content: text || null,
    ...(thinking ? { reasoning_content: thinking } : {}),
    ...(call ? { tool_calls: [toToolCallWire(call)] } : {}),
  };
  return {
    ...newBase(answer),
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: call ? "tool_calls" : "stop" }],
    usage: toUsage(answer.usage()),
  };
}

function newBase(answer: Answer) {
  return { id: `chatcmpl-${randomUUID()}`, created: 1_767_225_600, model: answer.model };
}

function toToolCallWire(call: ToolCall) {
  return {
    id: `call_${randomUUID().replaceAll("-", "")}`,
    type: "function",
    function: { name: call.name, arguments: JSON.stringify(call.input) },
  };
}

function toUsage(usage: Usage) {
  const prompt_tokens = usage.input + usage.cachedInput;
  return {
    prompt_tokens,
    completion_tokens: usage.output,
    total_tokens: prompt_tokens + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cachedInput },
  };
}
