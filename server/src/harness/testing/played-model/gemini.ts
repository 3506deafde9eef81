import { list, type PlayedProtocol, record } from "./protocol.ts";

const frame = (parts: readonly object[], more: object = {}) =>
  `data: ${JSON.stringify({ candidates: [{ content: { role: "model", parts }, index: 0, ...more }], modelVersion: "played" })}`;

/** Protocol documented at https://ai.google.dev/api/generate-content */
export const gemini: PlayedProtocol = {
  answers: (path) => path.endsWith(":streamGenerateContent"),
  parse: (path, body) => {
    const { contents, tools } = record(body);
    return {
      model: /models\/([^:/]+):/.exec(path)?.[1] ?? "",
      tools: list(tools)
        .flatMap((tool) => list(tool.functionDeclarations))
        .map(({ name }) => String(name)),
      entries: list(contents).flatMap(({ role, parts }) =>
        list(parts).flatMap(({ text, functionResponse }) => {
          if (functionResponse !== undefined) return [null];
          return role !== "model" && typeof text === "string" ? [text] : [];
        }),
      ),
    };
  },
  error: (status) => ({ error: { code: status, message: `played ${status}`, status: "PLAYED" } }),
  begin: () => [],
  text: (text) => [frame([{ text }])],
  tool: ({ name, input }) => [frame([{ functionCall: { name, args: input } }])],
  end: () => [
    `data: ${JSON.stringify({
      candidates: [{ content: { role: "model", parts: [{ text: "" }] }, index: 0, finishReason: "STOP" }],
      modelVersion: "played",
      usageMetadata: {
        promptTokenCount: 130,
        cachedContentTokenCount: 30,
        candidatesTokenCount: 20,
        totalTokenCount: 150,
      },
    })}`,
  ],
};
