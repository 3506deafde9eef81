import { text } from "../../text/index.ts";
import type { TranscriptEvent } from "./apply.ts";
import { addItem, type Draft, type HalfCall, itemAt, replaceItem } from "./draft.ts";
import type { ItemOf } from "./item.ts";

/** A harness's title for a call of a session tool, such as `mcp__tembo__ask_user` or `tembo.ask_user`. */
const callTitle = /^(?:mcp__|mcp[.:/])?tembo(?:__|[_.:/ ])(\w+)$/;
/** Tools whose completed calls other rows show: an artifact, a picture, a message or a question. */
const shownByResult: ReadonlySet<string> = new Set([
  "createArtifact",
  "uploadFile",
  "take_screenshot",
  "respond_to_user",
  "ask_user",
]);

export function findSessionTool(title: string): string | null {
  const name = callTitle.exec(title)?.[1];
  return name !== undefined && Object.hasOwn(text.toolCalls.sessionTool, name) ? name : null;
}

/** Adds the server's report of a call to the row of the harness's report, or adds a row if there is none. */
export function recordSessionTool(draft: Draft, { data, at, key }: TranscriptEvent<"tool.called">): void {
  const { tool, input, output, status } = data;
  const rowKey = takeHalf(draft, tool, "harness") ?? key;
  const known = itemAt(draft, rowKey, "tool");
  const hasResult = known?.item.isHidden === true || takeHalf(draft, tool, "result") !== null;
  // A question that no one answered shows the reason.
  const isHidden =
    status === "completed" ? hasResult || shownByResult.has(tool) : hasResult && tool === "ask_user";
  const body: Omit<ItemOf<"tool">, "key" | "at"> = {
    kind: "tool",
    title: known?.item.title ?? tool,
    sessionTool: tool,
    toolKind: "other",
    status,
    input,
    output,
    exitCode: null,
    diffs: [],
    endedAt: at,
    ...(isHidden && { isHidden }),
  };
  draft.openTools.delete(rowKey);
  if (known !== null) {
    replaceItem(draft, known.index, body);
    return;
  }
  addItem(draft, key, at, body);
  if (draft.turn !== null) draft.halfCalls = [...draft.halfCalls, { tools: [tool], key, by: "server" }];
}

/**
 * Prepares the row for the first report of a call by the harness. Returns "reported" if the server has already reported
 * the call's end: the key then belongs to the existing row. Returns "hidden" if another row already shows the result.
 */
export function pairSessionTool(draft: Draft, key: string, tool: string): "new" | "hidden" | "reported" {
  const reported = takeHalf(draft, tool, "server");
  if (reported !== null) {
    draft.places.set(key, draft.places.get(reported)!);
    return "reported";
  }
  const isShown = takeHalf(draft, tool, "result") !== null;
  draft.halfCalls = [...draft.halfCalls, { tools: [tool], key, by: "harness" }];
  return isShown ? "hidden" : "new";
}

/**
 * Hides the running call of one of these tools, because a row for its result was added. Some harnesses report the call
 * only after its result.
 */
export function hideCallOf(draft: Draft, ...tools: readonly [string, ...string[]]): void {
  const half = draft.halfCalls.find(
    (one) => one.by === "harness" && one.tools.some((tool) => tools.includes(tool)),
  );
  const call = half === undefined ? null : itemAt(draft, half.key, "tool");
  if (call !== null) replaceItem(draft, call.index, { ...call.item, isHidden: true });
  else if (draft.turn !== null) draft.halfCalls = [...draft.halfCalls, { tools, key: "", by: "result" }];
}

function takeHalf(draft: Draft, tool: string, by: HalfCall["by"]): string | null {
  const half = draft.halfCalls.find((call) => call.tools.includes(tool) && call.by === by);
  if (half === undefined) return null;
  draft.halfCalls = draft.halfCalls.filter((call) => call !== half);
  return half.key;
}
