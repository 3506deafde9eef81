import { list, newId, type PlayedProtocol, record } from "./protocol.ts";

const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}`;
const start = (content_block: object) => event("content_block_start", { index: 0, content_block });
const delta = (delta: object) => event("content_block_delta", { index: 0, delta });
const message = event("message_start", {
  message: {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "played",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: 100,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 30,
      output_tokens: 1,
    },
  },
});

/** Protocol documented at https://platform.claude.com/docs/en/build-with-claude/streaming */
export const anthropic: PlayedProtocol = {
  answers: (path) => path.endsWith("/messages"),
  parse: (_path, body) => {
    const { model, messages, tools } = record(body);
    return {
      model: String(model),
      tools: list(tools).map(({ name }) => String(name)),
      entries: list(messages).flatMap(({ role, content }) => {
        if (role !== "user") return [];
        if (typeof content === "string") return [content];
        return list(content).map(({ type, text }) => (type === "tool_result" ? null : String(text)));
      }),
    };
  },
  error: (status) => ({ type: "error", error: { type: "played", message: `played ${status}` } }),
  begin: () => [message, start({ type: "text", text: "" })],
  text: (text) => [delta({ type: "text_delta", text })],
  tool: ({ name, input }) => [
    message,
    start({ type: "tool_use", id: newId("toolu"), name, input: {} }),
    delta({ type: "input_json_delta", partial_json: JSON.stringify(input) }),
  ],
  end: ({ call }) => [
    event("content_block_stop", { index: 0 }),
    event("message_delta", {
      delta: { stop_reason: call === null ? "end_turn" : "tool_use", stop_sequence: null },
      usage: { output_tokens: 20 },
    }),
    event("message_stop", {}),
  ],
};
