import { type Span, styled } from "../terminal.ts";
import { type EventOf, lines, type Memory, nothing, type Rendered } from "./rendered.ts";

export function text({ text }: EventOf<"text">): Rendered {
  return { kind: "flow", voice: "text", span: text };
}

export function thought({ text }: EventOf<"thought">): Rendered {
  return { kind: "flow", voice: "thought", span: styled("dim", text) };
}

/** Shown when it begins, and again when there is something to tell of its end. */
export function toolCall(event: EventOf<"toolCall">, { openToolCalls }: Memory): Rendered {
  const { toolCallId, title, kind, status, output, exitCode, diffs } = event;
  const isOver = status === "completed" || status === "failed";
  if (status === "pending") return nothing;
  const isShown = openToolCalls.has(toolCallId);
  if (isOver) openToolCalls.delete(toolCallId);
  else openToolCalls.add(toolCallId);
  const head: Span[][] = isShown ? [] : [[styled("cyan", `${kind} `), title || toolCallId]];
  if (!isOver) return lines(...head);
  const changed = diffs.map(({ path }): Span[] => [styled("dim", `  changed ${path}`)]);
  // Null, or of a server that does not tell it.
  const code = exitCode ? ` (exit code ${exitCode})` : "";
  if (status === "completed" && code === "") return lines(...head, ...changed);
  const tail = (output ?? "").trimEnd().split("\n").slice(-5);
  return lines(
    ...head,
    ...changed,
    [styled("red", `  failed: ${title || toolCallId}${code}`)],
    ...tail.filter((line) => line !== "").map((line) => [styled("dim", `  ${line}`)]),
  );
}

const planMarks = { pending: "[ ]", inProgress: "[>]", completed: "[x]" } as const;

export function plan({ entries }: EventOf<"plan">): Rendered {
  return lines(
    [styled("bold", "plan")],
    ...entries.map(({ content, status }) => [`  ${planMarks[status] ?? "[ ]"} ${content}`]),
  );
}

export function title({ title }: EventOf<"title">): Rendered {
  return lines([styled("dim", `title: ${title}`)]);
}

export function mode({ mode, isPlanning }: EventOf<"mode">): Rendered {
  return lines([styled("dim", `mode: ${mode}${isPlanning ? " (it changes nothing)" : ""}`)]);
}

/** Of no interest to who watches; what sends a message offers them. */
export function availableCommands(_: EventOf<"availableCommands">): Rendered {
  return nothing;
}

export function usage({ inputTokens, outputTokens, cachedInputTokens }: EventOf<"usage">): Rendered {
  return lines([
    styled("dim", `tokens: ${inputTokens} in (${cachedInputTokens} of them cached), ${outputTokens} out`),
  ]);
}

/** An ordinary end is told by the turn. */
export function harnessEnded({ stopReason }: EventOf<"harness.ended">): Rendered {
  if (stopReason === "endTurn") return nothing;
  const reasons = {
    cancelled: "cancelled",
    maxTokens: "the model's token limit is reached",
    refusal: "the model refused",
  };
  return lines([styled("yellow", `the harness ended: ${reasons[stopReason] ?? stopReason}`)]);
}

export function responseGiven({ text }: EventOf<"response.given">): Rendered {
  return lines([styled("bold", "says: "), text]);
}

export function toolCalled({ tool, status, output }: EventOf<"tool.called">): Rendered {
  if (status === "completed") return lines([styled("dim", `tembo ${tool}`)]);
  return lines([styled("red", `tembo ${tool} failed: `), output]);
}

export function artifactCreated({ artifactId, title }: EventOf<"artifact.created">): Rendered {
  return lines([styled("bold", "artifact: "), title, styled("dim", ` (${artifactId})`)]);
}
