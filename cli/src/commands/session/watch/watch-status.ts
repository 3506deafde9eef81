import type { EventOf, SessionEvent } from "@tembo-io/sdk";
import { compactCount, duration, microDollars } from "../../../format.ts";

/** The contents of the status line below a transcript. */
export interface WatchStatus {
  readonly phase: string;
  /** Start of the running turn in milliseconds since 1970, or null if no turn is running. */
  readonly startedAt: number | null;
  /** Running tool calls by ID, newest last. */
  readonly tools: ReadonlyMap<string, string>;
  /** IDs of permission requests and questions that wait for a person. */
  readonly asked: ReadonlySet<string>;
  /** Usage of ended turns, as counted by the model gateway. */
  readonly metered: { readonly tokens: number; readonly costMicroUsd: number };
  /** Tokens of the running turn, as reported by its harness. */
  readonly turnTokens: number;
}

export const firstStatus: WatchStatus = {
  phase: "connecting",
  startedAt: null,
  tools: new Map(),
  asked: new Set(),
  metered: { tokens: 0, costMicroUsd: 0 },
  turnTokens: 0,
};

export function afterEvent(status: WatchStatus, { eventData: data, createdAt }: SessionEvent): WatchStatus {
  switch (data.type) {
    case "turn.queued":
      return status.startedAt === null ? { ...status, phase: "queued" } : status;
    case "turn.started":
      return { ...status, phase: "starting", startedAt: Date.parse(createdAt), turnTokens: 0 };
    case "turn.resumed":
      return { ...status, phase: `attempt ${data.attempt}`, tools: new Map() };
    case "turn.step":
      return { ...status, phase: phases[data.step] ?? data.step };
    case "turn.completed":
    case "turn.failed":
    case "turn.cancelled":
      return {
        ...status,
        phase: data.type.slice("turn.".length),
        startedAt: null,
        tools: new Map(),
        asked: new Set(),
      };
    case "toolCall":
      return { ...status, tools: toolsAfter(status.tools, data) };
    case "permission.requested":
      return { ...status, asked: new Set([...status.asked, data.permissionId]) };
    case "question.asked":
      return { ...status, asked: new Set([...status.asked, data.questionId]) };
    case "permission.answered":
      return { ...status, asked: without(status.asked, data.permissionId) };
    case "question.answered":
      return { ...status, asked: without(status.asked, data.questionId) };
    case "usage":
      return { ...status, turnTokens: status.turnTokens + tokensOf(data) };
    case "turn.metered": {
      const { tokens, costMicroUsd } = status.metered;
      return {
        ...status,
        turnTokens: 0,
        metered: { tokens: tokens + tokensOf(data), costMicroUsd: costMicroUsd + data.costMicroUsd },
      };
    }
    default:
      return status;
  }
}

/** Phases by step. A newer server may send a step that is not in the list. */
const phases: Readonly<Record<EventOf<"turn.step">["step"], string> & Record<string, string>> = {
  provision: "preparing",
  setUp: "setting up",
  work: "working",
  commit: "committing",
  prePush: "checking",
  mend: "fixing",
  publish: "publishing",
};

/** Returns the status as one line without padding. `now` is in milliseconds since 1970. */
export function statusText(status: WatchStatus, now: number): string {
  const { phase, startedAt, tools, asked, metered, turnTokens } = status;
  const tokens = metered.tokens + turnTokens;
  const tool = [...tools.values()].at(-1);
  return [
    asked.size > 0 ? "needs you" : phase,
    ...(startedAt === null ? [] : [duration(Math.floor((now - startedAt) / 1_000) * 1_000)]),
    ...(tokens === 0 ? [] : [`${compactCount(tokens)} tokens`]),
    ...(metered.costMicroUsd === 0 ? [] : [microDollars(metered.costMicroUsd)]),
    ...(tool === undefined ? [] : [tool]),
  ].join(" · ");
}

const without = (ids: ReadonlySet<string>, removed: string) =>
  new Set([...ids].filter((id) => id !== removed));

function toolsAfter(
  tools: WatchStatus["tools"],
  { toolCallId, title, kind, status }: EventOf<"toolCall">,
): WatchStatus["tools"] {
  const left = new Map(tools);
  if (status === "completed" || status === "failed") left.delete(toolCallId);
  else if (status === "running") left.set(toolCallId, title || `${kind} ${toolCallId}`);
  return left;
}

function tokensOf(usage: EventOf<"usage" | "turn.metered">): number {
  const cacheWriteTokens = "cacheWriteTokens" in usage ? usage.cacheWriteTokens : 0;
  return usage.inputTokens + usage.outputTokens + usage.cachedInputTokens + cacheWriteTokens;
}
