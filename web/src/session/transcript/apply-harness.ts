import type { Appliers, TranscriptEvent } from "./apply.ts";
import { addItem, type Draft, findLastItem, itemAt, replaceItem } from "./draft.ts";
import type { ItemBody, Note, ToolStatus } from "./item.ts";

/** Appliers that add the harness's output, tool calls, task list, mode changes and notices. */
export const harnessEvents = {
  text: (draft, { data, at, key }) => {
    const last = findLastItem(draft, "text");
    if (last === null) addItem(draft, key, at, { kind: "text", text: data.text });
    else replaceItem(draft, last.index, { kind: "text", text: last.item.text + data.text });
  },
  thought: (draft, { data, at, key }) => {
    const last = findLastItem(draft, "thought");
    const text = (last?.item.text ?? "") + data.text;
    const body = { kind: "thought", text, endedAt: at } as const;
    if (last === null) addItem(draft, key, at, body);
    else replaceItem(draft, last.index, body);
  },
  "response.given": (draft, { data, at, key }) => {
    addItem(draft, key, at, { kind: "text", text: data.text });
  },
  toolCall: (draft, event) => {
    upsertTool(draft, event);
  },
  "tool.called": (draft, { data, at, key }) => {
    const { tool, input, output, status } = data;
    const body = { kind: "tool", title: tool, toolKind: "other", exitCode: null, diffs: [] } as const;
    addItem(draft, key, at, { ...body, input, output, status, endedAt: at });
  },
  plan: (draft, { data, at }) => {
    // Each list replaces the previous list of the same turn. Each turn has its own list.
    const planKey = `plan:${draft.turn?.turnId ?? ""}`;
    const plan = itemAt(draft, planKey, "plan");
    const body = { kind: "plan", entries: data.entries } as const;
    if (plan === null) addItem(draft, planKey, at, body);
    else replaceItem(draft, plan.index, body);
  },
  mode: (draft, event) => {
    addNote(draft, event, { about: "planning", isPlanning: event.data.isPlanning });
  },
  notice: (draft, event) => {
    addNote(draft, event, { about: "notice", message: event.data.message });
  },
  "harness.ended": (draft, event) => {
    if (event.data.stopReason === "maxTokens" || event.data.stopReason === "refusal")
      addNote(draft, event, { about: "stopReason", stopReason: event.data.stopReason });
  },
} satisfies Partial<Appliers>;

function upsertTool(draft: Draft, { at, data }: TranscriptEvent<"toolCall">): void {
  // Includes the turn, because a harness may reuse call IDs in the next turn.
  const key = `tool:${draft.turn?.turnId ?? ""}:${data.toolCallId}`;
  const { title, kind: toolKind, status, input, output, exitCode, diffs } = data;
  const isOpen = isRunning(status);
  const body: ItemBody = {
    kind: "tool",
    title,
    toolKind,
    status,
    input,
    output,
    exitCode,
    diffs,
    endedAt: isOpen ? null : at,
  };
  if (isOpen) draft.openTools.add(key);
  else draft.openTools.delete(key);
  const known = itemAt(draft, key, "tool");
  if (known === null) addItem(draft, key, at, body);
  else replaceItem(draft, known.index, body);
}

function isRunning(status: ToolStatus): boolean {
  return status === "pending" || status === "running";
}

function addNote(draft: Draft, { key, at }: Pick<TranscriptEvent<never>, "key" | "at">, note: Note): void {
  addItem(draft, key, at, { kind: "note", note });
}
