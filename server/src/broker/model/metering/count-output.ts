import type { ModelFamily } from "../../../core/access/index.ts";

/** Returns the number of characters that the model produced in one stream event: text, visible thoughts and tool call arguments. */
export function countOutput(family: ModelFamily, event: unknown): number {
  return counters[family](event);
}

const counters: Record<ModelFamily, (event: unknown) => number> = {
  anthropic(event) {
    const { delta, type } = record(event);
    if (type !== "content_block_delta") return 0;
    const { text, thinking, partial_json: json } = record(delta);
    return length(text) + length(thinking) + length(json);
  },
  openai(event) {
    const { type, delta, choices } = record(event);
    if (typeof type === "string" && type.endsWith(".delta")) return length(delta);
    return sum(choices, (choice) => {
      const { text, delta: textDelta } = record(choice);
      const {
        content,
        refusal,
        reasoning,
        reasoning_content: thought,
        tool_calls: calls,
      } = record(textDelta);
      const args = sum(calls, (call) => length(record(record(call).function).arguments));
      return length(text) + length(content) + length(refusal) + (length(reasoning) || length(thought)) + args;
    });
  },
  gemini(event) {
    return sum(record(event).candidates, (candidate) =>
      sum(record(record(candidate).content).parts, (part) => {
        const { text, functionCall: call } = record(part);
        return length(text) + (call === undefined ? 0 : JSON.stringify(call).length);
      }),
    );
  },
};

function sum(list: unknown, count: (item: unknown) => number): number {
  return Array.isArray(list) ? list.reduce((total: number, item) => total + count(item), 0) : 0;
}

const length = (value: unknown) => (typeof value === "string" ? value.length : 0);

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
