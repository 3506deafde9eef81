import { addItem, type Draft, itemAt, lastOf, replaceItem } from "./draft.ts";
import type { EventData, Told, ToolStatus } from "./event-data.ts";
import type { ItemBody, Note } from "./item.ts";

/** What the harness says and does. */
export function applyHarness(draft: Draft, told: Told): void {
  const { data, id, at } = told;
  const key = `event:${id}`;
  switch (data.type) {
    case "text": {
      const last = lastOf(draft, "text");
      if (last === null) addItem(draft, key, at, { kind: "text", text: data.text });
      else replaceItem(draft, last.index, { kind: "text", text: last.item.text + data.text });
      return;
    }
    case "thought": {
      const last = lastOf(draft, "thought");
      const text = (last?.item.text ?? "") + data.text;
      const body = { kind: "thought", text, endedAt: at } as const;
      if (last === null) addItem(draft, key, at, body);
      else replaceItem(draft, last.index, body);
      return;
    }
    case "response.given":
      addItem(draft, key, at, { kind: "text", text: data.text });
      return;
    case "toolCall":
      upsertTool(draft, told, data);
      return;
    case "tool.called": {
      const { tool, input, output, status } = data;
      const body = { kind: "tool", title: tool, toolKind: "other", exitCode: null, diffs: [] } as const;
      addItem(draft, key, at, { ...body, input, output, status, endedAt: at });
      return;
    }
    case "plan": {
      // Each list takes the place of the one before; another turn has one of its own.
      const planKey = `plan:${draft.turn?.turnId ?? ""}`;
      const plan = itemAt(draft, planKey, "plan");
      const body = { kind: "plan", entries: data.entries } as const;
      if (plan === null) addItem(draft, planKey, at, body);
      else replaceItem(draft, plan.index, body);
      return;
    }
    case "mode":
      addNote(draft, told, { about: "planning", isPlanning: data.isPlanning });
      return;
    case "notice":
      addNote(draft, told, { about: "notice", message: data.message });
      return;
    case "harness.ended":
      if (data.stopReason === "maxTokens" || data.stopReason === "refusal")
        addNote(draft, told, { about: "stopReason", stopReason: data.stopReason });
      return;
  }
}

function upsertTool(draft: Draft, { at }: Told, data: Extract<EventData, { type: "toolCall" }>): void {
  // Harnesses may count their calls from one again in the next turn.
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

function addNote(draft: Draft, { id, at }: Told, note: Note): void {
  addItem(draft, `event:${id}`, at, { kind: "note", note });
}
