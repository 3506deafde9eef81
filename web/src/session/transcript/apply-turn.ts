import { addStep } from "./add-step.ts";
import type { Appliers, TranscriptEvent } from "./apply.ts";
import { takeMessage } from "./apply-message.ts";
import { addItem, type Draft, itemAt, replaceItem } from "./draft.ts";
import type { TurnUsage } from "./item.ts";
import { judgeTurn, withoutFailure } from "./judge-turn.ts";

/** Appliers that track a turn (its start, steps, usage and end) and the sandbox after it. */
export const turnEvents = {
  "turn.started": (draft, { data, at, messageId }) => {
    if (messageId !== null) takeMessage(draft, messageId, { at, isSteered: false });
    draft.turn = { turnId: data.turnId, messageId, startedAt: at, step: null, from: draft.items.length };
    draft.halfCalls = [];
    draft.usage = null;
    draft.keptUntil = null;
  },
  "turn.resumed": (draft, { data, at, key }) => {
    addItem(draft, key, at, {
      kind: "note",
      note: { about: "resumed", attempt: data.attempt },
    });
  },
  "turn.step": (draft, event) => {
    const { message } = event.data;
    if (draft.turn !== null) draft.turn = { ...draft.turn, step: message };
    addStep(draft, event, { text: message, activity: null });
  },
  usage: (draft, { data }) => {
    draft.usage = sum(draft.usage, data);
  },
  "turn.metered": (draft, { data }) => {
    const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, costMicroUsd } = data;
    const usage = { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, costMicroUsd };
    const ended = itemAt(draft, turnKey(data.turnId), "turnEnd");
    if (ended === null) draft.usage = usage;
    else replaceItem(draft, ended.index, { ...ended.item, usage });
  },
  "turn.completed": (draft, event) => {
    endTurn(draft, event, "completed", event.data.message);
  },
  "turn.failed": (draft, event) => {
    endTurn(draft, event, "failed", event.data.error.message);
  },
  "turn.cancelled": (draft, event) => {
    endTurn(draft, event, "cancelled", event.data.message);
  },
  "service.changed": (draft, { data, at, key }) => {
    const { name, state, output } = data;
    if (state !== "started")
      addItem(draft, key, at, { kind: "note", note: { about: "service", name, state, output } });
  },
  "sandbox.kept": (draft, { data }) => {
    draft.keptUntil = data.until;
  },
  "sandbox.stopped": (draft, { data, at, key }) => {
    draft.keptUntil = null;
    addItem(draft, key, at, {
      kind: "note",
      note: { about: "sandboxStopped", reason: data.reason },
    });
  },
} satisfies Partial<Appliers>;

type TurnEnd = Pick<TranscriptEvent<never>, "at" | "messageId"> & {
  readonly data: { readonly turnId: string };
};

function endTurn(
  draft: Draft,
  { at, messageId, data: { turnId } }: TurnEnd,
  outcome: "completed" | "failed" | "cancelled",
  sentence: string,
): void {
  // Moves the message to the transcript, because a turn may end before it starts.
  if (messageId !== null) takeMessage(draft, messageId, { at, isSteered: false });
  const isRunning = draft.turn?.turnId === turnId;
  if (isRunning) endTools(draft, at);
  const from = isRunning ? draft.turn!.from : draft.items.length;
  if (outcome === "failed") hideFailure(draft, from, sentence);
  addItem(draft, turnKey(turnId), at, {
    kind: "turnEnd",
    messageId,
    outcome,
    result: judgeTurn(draft.items.slice(from)),
    sentence,
    startedAt: isRunning ? draft.turn!.startedAt : null,
    usage: isRunning ? draft.usage : null,
  });
  if (!isRunning) return;
  draft.turn = null;
  draft.usage = null;
  draft.halfCalls = [];
}

/** Hides the error of the harness in the turn's last text, because the turn's end shows it. */
function hideFailure(draft: Draft, from: number, failure: string): void {
  const index = draft.items.findLastIndex(({ kind }, at) => at >= from && kind === "text");
  const item = draft.items[index];
  if (item?.kind !== "text") return;
  const text = withoutFailure(item.text, failure);
  if (text === item.text) return;
  replaceItem(draft, index, { kind: "text", text, ...(text === "" && { isHidden: true }) });
}

/** Marks open tool calls as stopped. The turn ended before the harness reported their end. */
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

/** Adds the harness's own counts, which have no cost and include cache writes in the input. */
function sum(usage: TurnUsage | null, more: Omit<TurnUsage, "cacheWriteTokens" | "costMicroUsd">): TurnUsage {
  return {
    inputTokens: (usage?.inputTokens ?? 0) + more.inputTokens,
    outputTokens: (usage?.outputTokens ?? 0) + more.outputTokens,
    cachedInputTokens: (usage?.cachedInputTokens ?? 0) + more.cachedInputTokens,
    cacheWriteTokens: 0,
    costMicroUsd: null,
  };
}
