import type { EventOf } from "@tembo-io/sdk";
import { styled } from "../terminal.ts";
import { lines, type Memory, nothing, type Rendered } from "./rendered.ts";

export function text({ text }: EventOf<"text">): Rendered {
  return { kind: "flow", voice: "text", span: text };
}

export function thought({ text }: EventOf<"thought">): Rendered {
  return { kind: "flow", voice: "thought", span: styled("dim", text) };
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
  return lines([styled("dim", `mode: ${mode}${isPlanning ? " (read-only)" : ""}`)]);
}

/** Renders nothing, because only clients that send messages offer these commands. */
export function availableCommands(_: EventOf<"availableCommands">): Rendered {
  return nothing;
}

/**
 * Adds up the tokens. They are printed only when the turn ends, because the model gateway usually reports its own
 * count, which includes the cost.
 */
export function usage(event: EventOf<"usage">, { harnessTokens }: Memory): Rendered {
  harnessTokens.input += event.inputTokens;
  harnessTokens.cached += event.cachedInputTokens;
  harnessTokens.output += event.outputTokens;
  return nothing;
}

/** Renders nothing for a normal end, because the turn's final event already reports it. */
export function harnessEnded({ stopReason }: EventOf<"harness.ended">): Rendered {
  if (stopReason === "endTurn") return nothing;
  const reasons = {
    cancelled: "cancelled",
    maxTokens: "the model reached its token limit",
    refusal: "the model refused to respond",
  };
  return lines([styled("yellow", `harness stopped: ${reasons[stopReason] ?? stopReason}`)]);
}

export function responseGiven({ text }: EventOf<"response.given">): Rendered {
  return lines([styled("bold", "response: "), text]);
}

export function toolCalled({ tool, status, output }: EventOf<"tool.called">): Rendered {
  if (status === "completed") return lines([styled("dim", `tembo ${tool}`)]);
  return lines([styled("red", `tembo ${tool} failed: `), output]);
}

export function artifactCreated({ artifactId, title }: EventOf<"artifact.created">): Rendered {
  return lines([styled("bold", "artifact: "), title, styled("dim", ` (${artifactId})`)]);
}
