import type { EventOf } from "@tembo-io/sdk";
import { type Span, type Style, styled } from "../terminal.ts";
import { type DiffLine, lineDiff } from "./line-diff.ts";
import { lines, type Memory, nothing, type Rendered } from "./rendered.ts";

type ToolCall = EventOf<"toolCall">;

const maxDiffLines = 40;
/** Maximum number of output lines to show. They are the last lines, which contain the result. */
const maxOutputLines = { completed: 5, failed: 10 } as const;
const maxLineLength = 400;

/** Shows a tool call when it starts, and its result when it ends. */
export function toolCall(event: ToolCall, { openToolCalls }: Memory): Rendered {
  const { toolCallId, title, kind, status, exitCode, diffs } = event;
  if (status === "pending") return nothing;
  const isOver = status === "completed" || status === "failed";
  const isShown = openToolCalls.has(toolCallId);
  if (isOver) openToolCalls.delete(toolCallId);
  else openToolCalls.add(toolCallId);
  const head: Span[][] = isShown ? [] : [headOf(kind, title || toolCallId)];
  if (!isOver) return lines(...head);
  const changed = diffs.flatMap(diffOf);
  // The exit code may be null, or absent if the server does not report it.
  const code = exitCode ? ` (exit code ${exitCode})` : "";
  if (status === "completed" && code === "")
    return lines(
      ...head,
      ...changed,
      ...(kind === "execute" ? outputOf(event, maxOutputLines.completed) : []),
    );
  return lines(
    ...head,
    ...changed,
    [styled("red", `  failed: ${title || toolCallId}${code}`)],
    ...outputOf(event, maxOutputLines.failed),
  );
}

/** Returns the kind and the title. Omits the kind if the title already starts with it, as in "Read cart.js". */
function headOf(kind: string, title: string): Span[] {
  const rest = title.slice(kind.length);
  return title.toLowerCase().startsWith(kind) && /^\W/.test(rest)
    ? [styled("cyan", title.slice(0, kind.length)), rest]
    : [styled("cyan", `${kind} `), title];
}

function diffOf({ path, oldText, newText }: ToolCall["diffs"][number]): Span[][] {
  const all = lineDiff(oldText, newText);
  const count = (mark: DiffLine["mark"]) => all.filter((line) => line.mark === mark).length;
  const left = all.length - maxDiffLines;
  return [
    [
      styled("dim", `  ${oldText === null ? "new" : "changed"} ${path} `),
      styled("green", `+${count("+")}`),
      " ",
      styled("red", `-${count("-")}`),
    ],
    ...all.slice(0, maxDiffLines).map((line): Span[] => [marked(line)]),
    ...(left > 0 ? [[styled("dim", `  … ${left} more lines`)]] : []),
  ];
}

const styles: Record<DiffLine["mark"], Style> = { "+": "green", "-": "red", " ": "dim", "…": "dim" };

function marked({ mark, text }: DiffLine): Span {
  return styled(styles[mark], `  ${mark}${cut(text)}`);
}

function outputOf({ output }: ToolCall, most: number): Span[][] {
  const all = (output ?? "")
    .trimEnd()
    .split("\n")
    .filter((line) => line.trim() !== "");
  const left = all.length - most;
  return [
    ...(left > 0 ? [[styled("dim", `  … ${left} earlier lines`)]] : []),
    ...all.slice(-most).map((line): Span[] => [styled("dim", `  ${cut(line)}`)]),
  ];
}

const cut = (line: string) => (line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line);
