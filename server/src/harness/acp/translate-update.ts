import type { PromptResponse, SessionUpdate } from "@agentclientprotocol/sdk/unstable";
import type { HarnessUpdate } from "../../core/ports/harness.ts";
import type { ToolCalls } from "./tool-calls.ts";

type Ended = Extract<HarnessUpdate, { type: "harness.ended" }>;
type Usage = Extract<HarnessUpdate, { type: "usage" }>;

/** What an ACP update says in the product's words; null for what the product has no word for. */
export function translateUpdate(update: SessionUpdate, calls: ToolCalls): HarnessUpdate | null {
  switch (update.sessionUpdate) {
    case "agent_message_chunk":
      return update.content.type === "text" ? textOf("text", update.content.text) : null;
    case "agent_thought_chunk":
      return update.content.type === "text" ? textOf("thought", update.content.text) : null;
    case "tool_call":
    case "tool_call_update":
      return calls.merge(update);
    case "plan":
      return {
        type: "plan",
        entries: update.entries.map((entry) => ({
          content: entry.content,
          status: entry.status === "in_progress" ? "inProgress" : entry.status,
        })),
      };
    case "session_info_update":
      return update.title ? { type: "title", title: update.title } : null;
    default:
      return null;
  }
}

/** Tokens written to a cache count as input; those read from it are told apart. */
export function usageOf(response: PromptResponse, contextTokens: number | null): Usage | null {
  const usage = response.usage;
  if (usage) {
    return {
      type: "usage",
      inputTokens: usage.inputTokens + (usage.cachedWriteTokens ?? 0),
      outputTokens: usage.outputTokens,
      cachedInputTokens: usage.cachedReadTokens ?? 0,
    };
  }
  if (contextTokens === null) return null;
  return { type: "usage", inputTokens: contextTokens, outputTokens: 0, cachedInputTokens: 0 };
}

export function stopReasonOf(response: PromptResponse): Ended["stopReason"] {
  const reasons: Record<PromptResponse["stopReason"], Ended["stopReason"]> = {
    end_turn: "endTurn",
    cancelled: "cancelled",
    max_tokens: "maxTokens",
    max_turn_requests: "maxTokens",
    refusal: "refusal",
  };
  return reasons[response.stopReason] ?? "endTurn";
}

function textOf(type: "text" | "thought", text: string): HarnessUpdate | null {
  return text === "" ? null : { type, text };
}
