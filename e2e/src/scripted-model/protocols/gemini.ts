import { type Conversation, type Entry, findCwd, list, record, string } from "../conversation.ts";
import type { Delta } from "../play-reply.ts";
import { type Answer, type Protocol, type Usage, unnamed, type WireRequest } from "./protocol.ts";

/** Gemini generateContent and streamGenerateContent (https://ai.google.dev/api/generate-content). */
export const gemini: Protocol = {
  name: "gemini",
  answers: (path) => /:(streamGenerateContent|generateContent)$/.test(path),
  read,
  stream,
  whole,
  error: (status, message) => ({
    error: { code: status, message, status: errorStatuses[status] ?? "INTERNAL" },
  }),
};

const errorStatuses: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  503: "UNAVAILABLE",
};

function read({ path, body }: WireRequest): Conversation {
  const request = record(body);
  const config = record(request.generationConfig);
  const entries = list(request.contents).flatMap((content) => readContent(record(content)));
  const system = list(record(request.systemInstruction).parts).map((part) => string(record(part).text));
  return {
    id: "",
    model: /models\/([^:/]+):/.exec(path)?.[1] ?? "",
    wantsStream: path.endsWith(":streamGenerateContent"),
    answerSchema: config.responseJsonSchema ?? config.responseSchema,
    cwd: findCwd([...system, ...entries.map(({ text }) => text)].join("\n")),
    systemText: system.join("\n"),
    tools: list(request.tools)
      .flatMap((tool) => list(record(tool).functionDeclarations))
      .map((value) => {
        const declaration = record(value);
        const parameters = record(declaration.parametersJsonSchema ?? declaration.parameters);
        return {
          name: string(declaration.name),
          kind: "function",
          properties: Object.keys(record(parameters.properties)),
        };
      }),
    entries,
  };
}

function readContent(content: Readonly<Record<string, unknown>>): Entry[] {
  return list(content.parts).flatMap((value): Entry[] => {
    const part = record(value);
    if (part.functionResponse !== undefined) {
      return [{ from: "tool", text: JSON.stringify(record(part.functionResponse).response ?? null) }];
    }
    if (part.thought === true || typeof part.text !== "string") return [];
    return [{ from: content.role === "model" ? "model" : "user", text: part.text }];
  });
}

/**
 * Streams a response. Only the last frame contains the finish reason, without which clients treat the stream as broken.
 */
async function* stream(answer: Answer): AsyncGenerator<string> {
  for await (const piece of answer.deltas) yield unnamed(toResponse(answer, [toPart(piece)]));
  yield unnamed(toResponse(answer, [{ text: "" }], "STOP"));
}

async function whole(answer: Answer): Promise<unknown> {
  const parts: ReturnType<typeof toPart>[] = [];
  for await (const piece of answer.deltas) {
    const last = parts.at(-1);
    const part = toPart(piece);
    if (last?.text !== undefined && part.text !== undefined && last.thought === part.thought)
      last.text += part.text;
    else parts.push(part);
  }
  return toResponse(answer, parts, "STOP");
}

function toPart(piece: Delta): {
  text?: string;
  thought?: true;
  functionCall?: { name: string; args: unknown };
} {
  if (piece.kind === "text") return { text: piece.text };
  if (piece.kind === "thinking") return { text: piece.text, thought: true };
  return { functionCall: { name: piece.call.name, args: piece.call.input } };
}

function toResponse(answer: Answer, parts: readonly unknown[], finishReason?: "STOP") {
  const candidate = {
    content: { role: "model", parts },
    index: 0,
    ...(finishReason ? { finishReason } : {}),
  };
  return {
    candidates: [candidate],
    modelVersion: answer.model,
    ...(finishReason ? { usageMetadata: toUsage(answer.usage()) } : {}),
  };
}

function toUsage(usage: Usage) {
  const promptTokenCount = usage.input + usage.cachedInput;
  return {
    promptTokenCount,
    cachedContentTokenCount: usage.cachedInput,
    candidatesTokenCount: usage.output,
    totalTokenCount: promptTokenCount + usage.output,
  };
}
