import { randomUUID } from "node:crypto";
import {
  type Conversation,
  contentText,
  type Entry,
  findCwd,
  list,
  type OfferedTool,
  record,
  string,
} from "../conversation.ts";
import type { Delta } from "../play-reply.ts";
import { openAiError } from "./chat-completions.ts";
import { type Answer, named, type Protocol, type Usage, type WireRequest } from "./protocol.ts";

/** OpenAI Responses (https://platform.openai.com/docs/api-reference/responses-streaming), as Codex uses it. */
export const responses: Protocol = {
  name: "responses",
  answers: (path) => path.endsWith("/responses"),
  read,
  stream,
  whole,
  error: openAiError,
};

type Item = Readonly<Record<string, unknown>>;

function read({ body, headers }: WireRequest): Conversation {
  const request = record(body);
  const input =
    typeof request.input === "string" ? [{ role: "user", content: request.input }] : request.input;
  const items = list(input).map(record);
  const entries = items.flatMap(readItem);
  const userTexts = entries.filter(({ from }) => from === "user").map(({ text }) => text);
  // Newer Codex models receive their tools in an input item instead of the request's `tools` field.
  const late = items.filter(({ type }) => type === "additional_tools").flatMap(({ tools }) => list(tools));
  return {
    id: string(request.prompt_cache_key) || string(headers.session_id),
    model: string(request.model),
    wantsStream: request.stream === true,
    answerSchema: record(record(request.text).format).schema,
    cwd: findCwd([...userTexts, string(request.instructions)].join("\n")),
    systemText: [
      string(request.instructions),
      ...items.filter(({ role }) => role === "developer").map(({ content }) => contentText(content)),
    ].join("\n"),
    tools: [...list(request.tools), ...late].flatMap((tool) => readTool(record(tool))),
    entries,
  };
}

function readItem(item: Item): Entry[] {
  const type = string(item.type);
  if (type.endsWith("call_output")) {
    const text =
      typeof item.output === "string" ? item.output : contentText(item.output) || JSON.stringify(item.output);
    return [{ from: "tool", text }];
  }
  if (item.role === "user") return [{ from: "user", text: contentText(item.content) }];
  return item.role === "assistant" ? [{ from: "model", text: contentText(item.content) }] : [];
}

/** Returns the tools in a definition. Flattens a namespace, which contains other tools. */
function readTool(tool: Item, namespace?: string): OfferedTool[] {
  if (tool.tools !== undefined)
    return list(tool.tools).flatMap((inner) => readTool(record(inner), string(tool.name)));
  return [
    {
      name: string(tool.name) || string(tool.type),
      kind: tool.type === "custom" ? "custom" : "function",
      properties: Object.keys(record(record(tool.parameters).properties)),
      ...(namespace !== undefined && { namespace }),
    },
  ];
}

/**
 * Streams a response. Consecutive deltas of one kind form one output item, which is sent as added, delta and done
 * events.
 */
async function* stream(answer: Answer): AsyncGenerator<string> {
  const numbered = numberEvents();
  const base = newBase(answer);
  const output: Item[] = [];
  yield numbered("response.created", { response: base });
  let open: Extract<Delta, { text: string }> | undefined;
  let id = "";
  const close = function* () {
    if (!open) return;
    const item = finishedItem(id, open);
    for (const [event, data] of closing(id, open))
      yield numbered(event, { ...data, output_index: output.length });
    yield numbered("response.output_item.done", { output_index: output.length, item });
    output.push(item);
    open = undefined;
  };
  for await (const piece of answer.deltas) {
    if (open?.kind !== piece.kind) yield* close();
    if (piece.kind === "tool") {
      const item = toolItem(piece.call);
      yield numbered("response.output_item.added", { output_index: output.length, item: unfilled(item) });
      for (const [event, data] of argumentEvents(item))
        yield numbered(event, { ...data, output_index: output.length });
      yield numbered("response.output_item.done", { output_index: output.length, item });
      output.push(item);
      continue;
    }
    if (!open) {
      id = newId(piece.kind === "text" ? "msg" : "rs");
      for (const [event, data] of opening(id, piece.kind))
        yield numbered(event, { ...data, output_index: output.length });
    }
    open = { kind: piece.kind, text: (open?.text ?? "") + piece.text };
    const place = { item_id: id, output_index: output.length, delta: piece.text };
    if (piece.kind === "text") yield numbered("response.output_text.delta", { ...place, content_index: 0 });
    else yield numbered("response.reasoning_summary_text.delta", { ...place, summary_index: 0 });
  }
  yield* close();
  const response = { ...base, status: "completed", output, usage: toUsage(answer.usage()) };
  yield numbered("response.completed", { response });
}

async function whole(answer: Answer): Promise<unknown> {
  const output: Item[] = [];
  let open: Extract<Delta, { text: string }> | undefined;
  const close = () => {
    if (open) output.push(finishedItem(newId(open.kind === "text" ? "msg" : "rs"), open));
    open = undefined;
  };
  for await (const piece of answer.deltas) {
    if (open?.kind !== piece.kind) close();
    if (piece.kind === "tool") output.push(toolItem(piece.call));
    else open = { kind: piece.kind, text: (open?.text ?? "") + piece.text };
  }
  close();
  return { ...newBase(answer), status: "completed", output, usage: toUsage(answer.usage()) };
}

function opening(id: string, kind: "text" | "thinking"): [string, Item][] {
  if (kind === "text") {
    const item = { id, type: "message", role: "assistant", status: "in_progress", content: [] };
    const part = { type: "output_text", text: "", annotations: [] };
    return [
      ["response.output_item.added", { item }],
      ["response.content_part.added", { item_id: id, content_index: 0, part }],
    ];
  }
  return [
    ["response.output_item.added", { item: { id, type: "reasoning", summary: [] } }],
    [
      "response.reasoning_summary_part.added",
      { item_id: id, summary_index: 0, part: { type: "summary_text", text: "" } },
    ],
  ];
}

function closing(id: string, { kind, text }: { kind: "text" | "thinking"; text: string }): [string, Item][] {
  if (kind === "text") {
    const part = { type: "output_text", text, annotations: [] };
    return [
      ["response.output_text.done", { item_id: id, content_index: 0, text }],
      ["response.content_part.done", { item_id: id, content_index: 0, part }],
    ];
  }
  const part = { type: "summary_text", text };
  return [
    ["response.reasoning_summary_text.done", { item_id: id, summary_index: 0, text }],
    ["response.reasoning_summary_part.done", { item_id: id, summary_index: 0, part }],
  ];
}

function finishedItem(id: string, { kind, text }: { kind: "text" | "thinking"; text: string }): Item {
  if (kind === "thinking") return { id, type: "reasoning", summary: [{ type: "summary_text", text }] };
  const content = [{ type: "output_text", text, annotations: [] }];
  return { id, type: "message", role: "assistant", status: "completed", content };
}

function toolItem(call: Extract<Delta, { kind: "tool" }>["call"]): Item {
  const common = { call_id: newId("call"), name: call.name, status: "completed" };
  if (call.kind === "custom")
    return { id: newId("ctc"), type: "custom_tool_call", ...common, input: call.input };
  const namespace = call.namespace === undefined ? {} : { namespace: call.namespace };
  return {
    id: newId("fc"),
    type: "function_call",
    ...common,
    ...namespace,
    arguments: JSON.stringify(call.input),
  };
}

function unfilled(item: Item): Item {
  const field = item.type === "function_call" ? "arguments" : "input";
  return { ...item, status: "in_progress", [field]: "" };
}

function argumentEvents(item: Item): [string, Item][] {
  const place = { item_id: item.id };
  if (item.type === "function_call") {
    return [
      ["response.function_call_arguments.delta", { ...place, delta: item.arguments }],
      ["response.function_call_arguments.done", { ...place, arguments: item.arguments }],
    ];
  }
  return [
    ["response.custom_tool_call_input.delta", { ...place, delta: item.input }],
    ["response.custom_tool_call_input.done", { ...place, input: item.input }],
  ];
}

function numberEvents() {
  let sequence_number = 0;
  return (event: string, data: Item) => named(event, { ...data, sequence_number: sequence_number++ });
}

function newBase(answer: Answer) {
  return {
    id: newId("resp"),
    object: "response",
    created_at: 1_767_225_600,
    model: answer.model,
    status: "in_progress",
    output: [] as readonly Item[],
  };
}

function toUsage(usage: Usage) {
  const input_tokens = usage.input + usage.cachedInput;
  return {
    input_tokens,
    input_tokens_details: { cached_tokens: usage.cachedInput },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input_tokens + usage.output,
  };
}

function newId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll("-", "")}`;
}
