import type { FailureWatch } from "../launch-spec.ts";

type Update = Readonly<Record<string, unknown>>;

/** Watches Codex. It reports a failed model only in a text and outside the protocol, and ends the prompt as if the prompt had succeeded. */
export function watchCodex(): FailureWatch {
  let words = "it gave no reason";
  let hasFailed = false;
  return {
    observe(update) {
      const { _meta, sessionUpdate, content } = record(update);
      const codex = record(record(_meta).codex);
      const { additionalDetails, message } = record(codex.error);
      for (const part of [message, additionalDetails]) if (typeof part === "string") words = part;
      const { text } = record(content);
      // The last text contains the reason unless Codex retried afterwards.
      if (hasFailed && sessionUpdate === "agent_message_chunk" && typeof text === "string") words = text;
      if (record(codex.threadStatus).type === "systemError") hasFailed = true;
    },
    failure: () => (hasFailed ? words : null),
  };
}

/**
 * Watches Pi. Its adapter reports only the retries after a model failure, and ends the prompt with an empty response as if the prompt had
 * succeeded.
 */
export function watchPi(): FailureWatch {
  let isAnswered = false;
  return {
    observe(update) {
      const { sessionUpdate, content } = record(update);
      if (sessionUpdate === "tool_call") isAnswered = false;
      const { text } = record(content);
      const isText = sessionUpdate === "agent_message_chunk" || sessionUpdate === "agent_thought_chunk";
      if (isText && typeof text === "string" && text.trim() !== "") isAnswered = !piRetries.test(text);
    },
    failure: () => (isAnswered ? null : "it gave no response"),
  };
}

/** Matches the adapter's own messages about retries. */
const piRetries = /^(?:Retrying \(attempt \d|Retry finished, resuming\.$)/;

function record(value: unknown): Update {
  return typeof value === "object" && value !== null ? (value as Update) : {};
}
