import type { ToolCall } from "./play.ts";
import { list, newId, type PlayedProtocol, record, textIn } from "./protocol.ts";

const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}`;
const response = { id: "resp_1", object: "response", created_at: 1, model: "played", output: [] };

/** Protocol documented at https://platform.openai.com/docs/api-reference/responses-streaming */
export const responses: PlayedProtocol = {
  answers: (path) => path.endsWith("/responses"),
  parse: (_path, body) => {
    const { model, input, tools } = record(body);
    return {
      model: String(model),
      tools: list(tools).map(({ name, type }) => String(name ?? type)),
      entries: list(input).flatMap(({ type, role, content }) =>
        String(type).endsWith("call_output") ? [null] : role === "user" ? [textIn(content)] : [],
      ),
    };
  },
  error: (status) => ({ error: { message: `played ${status}`, type: "played", code: null } }),
  begin: () => [
    event("response.created", { response: { ...response, status: "in_progress" } }),
    event("response.output_item.added", { output_index: 0, item: { ...message(""), status: "in_progress" } }),
  ],
  text: (text) => [
    event("response.output_text.delta", { item_id: "msg_1", output_index: 0, content_index: 0, delta: text }),
  ],
  tool: (call) => [event("response.output_item.done", { output_index: 0, item: itemOf(call) })],
  end: ({ text, call }) => [
    ...(call === null ? [event("response.output_item.done", { output_index: 0, item: message(text) })] : []),
    event("response.completed", {
      response: {
        ...response,
        status: "completed",
        output: [call === null ? message(text) : itemOf(call)],
        usage: {
          input_tokens: 130,
          input_tokens_details: { cached_tokens: 30 },
          output_tokens: 20,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: 150,
        },
      },
    }),
  ],
};

function message(text: string) {
  const content = text === "" ? [] : [{ type: "output_text", text, annotations: [] }];
  return { id: "msg_1", type: "message", role: "assistant", status: "completed", content };
}

function itemOf({ name, input }: ToolCall) {
  const common = { name, call_id: newId("call"), status: "completed" };
  return typeof input === "string"
    ? { id: newId("ctc"), type: "custom_tool_call", ...common, input }
    : { id: newId("fc"), type: "function_call", ...common, arguments: JSON.stringify(input) };
}
