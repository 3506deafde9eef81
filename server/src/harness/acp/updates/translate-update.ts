import type {
  AvailableCommandsUpdate,
  PromptResponse,
  SessionUpdate,
} from "@agentclientprotocol/sdk/unstable";
import { maxAvailableCommands } from "../../../core/access/index.ts";
import type { HarnessUpdate } from "../../../core/turns/index.ts";
import {
  lookUp,
  maxCommandNameChars,
  maxDescriptionChars,
  maxPlanEntries,
  maxTextChars,
  maxTitleChars,
  readCount,
  readText,
} from "./bounds.ts";
import type { ToolCalls } from "./tool-calls.ts";

export type Ended = Extract<HarnessUpdate, { type: "harness.ended" }>;
type Usage = Extract<HarnessUpdate, { type: "usage" }>;
type AvailableCommands = Extract<HarnessUpdate, { type: "availableCommands" }>;
type PlanEntry = Extract<HarnessUpdate, { type: "plan" }>["entries"][number];

const planStatuses: Readonly<Record<string, PlanEntry["status"]>> = {
  pending: "pending",
  in_progress: "inProgress",
  completed: "completed",
};

const stopReasons: Readonly<Record<PromptResponse["stopReason"], Ended["stopReason"]>> = {
  end_turn: "endTurn",
  cancelled: "cancelled",
  max_tokens: "maxTokens",
  max_turn_requests: "maxTokens",
  refusal: "refusal",
};

/**
 * Converts an ACP update to the product's terms and limits its lengths, or returns null if the product has no equivalent. The update is
 * unvalidated. Throws a TypeError if it violates the protocol.
 */
export function translateUpdate(update: SessionUpdate, calls: ToolCalls): HarnessUpdate | null {
  switch (update.sessionUpdate) {
    case "agent_message_chunk":
      return update.content.type === "text" ? textUpdate("text", update.content.text) : null;
    case "agent_thought_chunk":
      return update.content.type === "text" ? textUpdate("thought", update.content.text) : null;
    case "tool_call":
    case "tool_call_update":
      return calls.merge(update);
    case "plan":
      return {
        type: "plan",
        entries: update.entries.slice(0, maxPlanEntries).map((entry) => ({
          content: readText(entry.content, maxTitleChars),
          status: lookUp(planStatuses, entry.status) ?? "pending",
        })),
      };
    case "session_info_update":
      return update.title ? { type: "title", title: readText(update.title, maxTitleChars) } : null;
    case "available_commands_update":
      return commandsOf(update);
    default:
      return null;
  }
}

/** Returns the slash commands that the harness accepts at the start of a prompt. */
export function commandsOf({ availableCommands }: AvailableCommandsUpdate): AvailableCommands {
  const commands = availableCommands.slice(0, maxAvailableCommands).map((command) => ({
    name: readText(command.name, maxCommandNameChars),
    description: readText(command.description ?? "", maxDescriptionChars),
    inputHint: command.input?.hint ? readText(command.input.hint, maxDescriptionChars) : null,
  }));
  return { type: "availableCommands", commands };
}

/**
 * Returns a prompt's usage, or null if the harness has not reported any. Counts tokens written to a cache as input, and tokens read from a
 * cache separately. Without usage in the protocol, returns usage that was reported outside it, or otherwise the size of the context.
 */
export function usageOf(response: PromptResponse, contextTokens: number | null): Usage | null {
  const usage = response.usage;
  if (usage) {
    return {
      type: "usage",
      inputTokens: readCount(usage.inputTokens) + readCount(usage.cachedWriteTokens),
      outputTokens: readCount(usage.outputTokens),
      cachedInputTokens: readCount(usage.cachedReadTokens),
    };
  }
  const quota = quotaOf(response);
  if (quota) return quota;
  if (contextTokens === null) return null;
  return { type: "usage", inputTokens: contextTokens, outputTokens: 0, cachedInputTokens: 0 };
}

/**
 * Returns the usage that some harnesses send outside the protocol, in `_meta.quota.token_count` with input_tokens and output_tokens, or null if
 * it is missing.
 */
function quotaOf(response: PromptResponse): Usage | null {
  const quota = response._meta?.quota as { token_count?: Record<string, unknown> | null } | null | undefined;
  const count = quota?.token_count;
  if (!count) return null;
  return {
    type: "usage",
    inputTokens: readCount(count.input_tokens),
    outputTokens: readCount(count.output_tokens),
    cachedInputTokens: 0,
  };
}

export function stopReasonOf(response: PromptResponse): Ended["stopReason"] {
  return lookUp(stopReasons, response.stopReason) ?? "endTurn";
}

function textUpdate(type: "text" | "thought", text: unknown): HarnessUpdate | null {
  return text === "" ? null : { type, text: readText(text, maxTextChars) };
}
