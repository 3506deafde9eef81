import { addStep } from "./add-step.ts";
import type { Appliers, TranscriptEvent } from "./apply.ts";
import { addItem, type Draft, findLastItem, itemAt, planKey, replaceItem } from "./draft.ts";
import type { ItemBody, Note, ToolStatus } from "./item.ts";
import { findSessionTool, hideCallOf, pairSessionTool, recordSessionTool } from "./session-tools.ts";

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
    hideCallOf(draft, "respond_to_user");
    addItem(draft, key, at, { kind: "text", text: data.text });
  },
  toolCall: (draft, event) => {
    upsertTool(draft, event);
  },
  "tool.called": (draft, event) => {
    recordSessionTool(draft, event);
  },
  plan: (draft, { data, at }) => {
    // Each list replaces the previous list of the same turn. Each turn has its own list.
    const key = planKey(draft.turn);
    const plan = itemAt(draft, key, "plan");
    const body = { kind: "plan", entries: data.entries } as const;
    if (plan === null) addItem(draft, key, at, body);
    else replaceItem(draft, plan.index, body);
  },
  mode: (draft, event) => {
    addNote(draft, event, { about: "planning", isPlanning: event.data.isPlanning });
  },
  notice: (draft, event) => {
    const { message, activity } = event.data;
    if (activity === undefined) addNote(draft, event, { about: "notice", message });
    else addStep(draft, event, { text: message, activity });
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
  const known = itemAt(draft, key, "tool");
  const sessionTool = known?.item.sessionTool ?? findSessionTool(title);
  let isHidden = known?.item.isHidden === true;
  if (sessionTool !== null) {
    if (known === null) {
      const paired = pairSessionTool(draft, key, sessionTool);
      if (paired === "reported") return;
      isHidden = paired === "hidden";
    }
    // The server reports the end of the call first. A later report of the harness adds nothing.
    if (known !== null && !isRunning(known.item.status)) return;
  }
  const body: ItemBody = {
    kind: "tool",
    title,
    sessionTool,
    toolKind,
    status,
    input,
    output,
    exitCode,
    diffs,
    endedAt: isOpen ? null : at,
    ...(isHidden && { isHidden }),
  };
  if (isOpen) draft.openTools.add(key);
  else draft.openTools.delete(key);
  if (known === null) addItem(draft, key, at, body);
  else replaceItem(draft, known.index, body);
}

function isRunning(status: ToolStatus): boolean {
  return status === "pending" || status === "running";
}

function addNote(draft: Draft, { key, at }: Pick<TranscriptEvent<never>, "key" | "at">, note: Note): void {
  addItem(draft, key, at, { kind: "note", note });
}
