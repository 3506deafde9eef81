import { takeMessage } from "./apply-message.ts";
import { addItem, type Draft, itemAt, lastOf, replaceItem } from "./draft.ts";
import type { Told, TurnUsage } from "./event-data.ts";

/** The course of a turn: its begin, its steps, what it cost and how it ended. */
export function applyTurn(draft: Draft, told: Told): void {
  const { data, at, messageId, id } = told;
  switch (data.type) {
    case "turn.started":
      if (messageId !== null) takeMessage(draft, messageId, { at, isSteered: false });
      draft.turn = { turnId: data.turnId, messageId, startedAt: at, step: null };
      draft.usage = null;
      draft.keptUntil = null;
      return;
    case "turn.resumed":
      addItem(draft, `event:${id}`, at, {
        kind: "note",
        note: { about: "resumed", attempt: data.attempt },
      });
      return;
    case "turn.step": {
      if (draft.turn !== null) draft.turn = { ...draft.turn, step: data.message };
      const steps = lastOf(draft, "steps");
      if (steps === null) addItem(draft, `event:${id}`, at, { kind: "steps", messages: [data.message] });
      else
        replaceItem(draft, steps.index, { kind: "steps", messages: [...steps.item.messages, data.message] });
      return;
    }
    case "usage":
      draft.usage = sum(draft.usage, data);
      return;
    case "turn.metered": {
      const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, costMicroUsd } = data;
      const usage = { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, costMicroUsd };
      const ended = itemAt(draft, turnKey(data.turnId), "turnEnd");
      if (ended === null) draft.usage = usage;
      else replaceItem(draft, ended.index, { ...ended.item, usage });
      return;
    }
    case "turn.completed":
      endTurn(draft, told, { turnId: data.turnId, outcome: "completed", sentence: data.message });
      return;
    case "turn.failed":
      endTurn(draft, told, { turnId: data.turnId, outcome: "failed", sentence: data.error.message });
      return;
    case "turn.cancelled":
      endTurn(draft, told, { turnId: data.turnId, outcome: "cancelled", sentence: data.message });
      return;
    case "sandbox.kept":
      draft.keptUntil = data.until;
      return;
    case "sandbox.stopped":
      draft.keptUntil = null;
      addItem(draft, `event:${id}`, at, {
        kind: "note",
        note: { about: "sandboxStopped", reason: data.reason },
      });
      return;
  }
}

interface TurnEnd {
  readonly turnId: string;
  readonly outcome: "completed" | "failed" | "cancelled";
  readonly sentence: string;
}

function endTurn(draft: Draft, { at, messageId }: Told, { turnId, outcome, sentence }: TurnEnd): void {
  // A turn may end before it began.
  if (messageId !== null) takeMessage(draft, messageId, { at, isSteered: false });
  const isRunning = draft.turn?.turnId === turnId;
  if (isRunning) endTools(draft, at);
  addItem(draft, turnKey(turnId), at, {
    kind: "turnEnd",
    messageId,
    outcome,
    sentence,
    startedAt: isRunning ? draft.turn!.startedAt : null,
    usage: isRunning ? draft.usage : null,
  });
  if (!isRunning) return;
  draft.turn = null;
  draft.usage = null;
}

/** What a harness did not tell the end of has ended with its turn. */
function endTools(draft: Draft, at: string): void {
  for (const key of draft.openTools) {
    const tool = itemAt(draft, key, "tool");
    if (tool !== null) replaceItem(draft, tool.index, { ...tool.item, status: "stopped", endedAt: at });
  }
  draft.openTools.clear();
}

function turnKey(turnId: string): string {
  return `turn:${turnId}`;
}

/** By the harness's own count, which knows no prices and includes cache writes in the input. */
function sum(usage: TurnUsage | null, more: Omit<TurnUsage, "cacheWriteTokens" | "costMicroUsd">): TurnUsage {
  return {
    inputTokens: (usage?.inputTokens ?? 0) + more.inputTokens,
    outputTokens: (usage?.outputTokens ?? 0) + more.outputTokens,
    cachedInputTokens: (usage?.cachedInputTokens ?? 0) + more.cachedInputTokens,
    cacheWriteTokens: 0,
    costMicroUsd: null,
  };
}
