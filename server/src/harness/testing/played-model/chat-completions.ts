import { list, newId, type PlayedProtocol, record, textIn } from "./protocol.ts";

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "played",
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}`;

/** Protocol documented at https://platform.openai.com/docs/api-reference/chat-streaming */
export const chatCompletions: PlayedProtocol = {
  answers: (path) => path.endsWith("/chat/completions"),
  parse: (_path, body) => {
    const { model, messages, tools } = record(body);
    return {
      model: String(model),
      tools: list(tools).map((tool) => String(record(tool.function).name)),
      entries: list(messages).flatMap(({ role, content }) =>
        role === "tool" ? [null] : role === "user" ? [textIn(content)] : [],
      ),
    };
  },
  error: (status) => ({ error: { message: `played ${status}`, type: "played", code: null } }),
  begin: () => [chunk({ role: "assistant", content: "" })],
  text: (text) => [chunk({ content: text })],
  tool: ({ name, input }) => [
    chunk({
      tool_calls: [
        {
          index: 0,
          id: newId("call"),
          type: "function",
          function: { name, arguments: JSON.stringify(input) },
        },
      ],
    }),
  ],
  end: ({ call }) => [
    chunk({}, call === null ? "stop" : "tool_calls"),
    `data: ${JSON.stringify({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1,
      model: "played",
      choices: [],
      usage: {
        prompt_tokens: 130,
        completion_tokens: 20,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 30 },
      },
    })}`,
    "data: [DONE]",
  ],
};
