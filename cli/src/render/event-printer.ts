import type { SessionEvent } from "@tembo-io/sdk";
import { type Names, noNames } from "../names.ts";
import type { Terminal } from "../terminal.ts";
import { renderEvent } from "./render-event.ts";
import type { Memory } from "./rendered.ts";
import { noTokens } from "./tokens.ts";

/** Prints a session's events one by one and joins consecutive pieces of text. */
export interface EventPrinter {
  print(event: SessionEvent): void;
  /** Ends an unfinished line of running text. */
  end(): void;
}

export function createEventPrinter(terminal: Terminal, names: Names): EventPrinter {
  const memory = emptyMemory(terminal, names);
  let voice: "text" | "thought" | null = null;
  let isAtLineStart = true;
  const end = () => {
    if (!isAtLineStart) terminal.flow("\n");
    isAtLineStart = true;
    voice = null;
  };
  return {
    print(event) {
      const rendered = renderEvent(event.eventData, { ...memory, sessionId: event.sessionId });
      if (rendered.kind === "flow") {
        if (voice !== rendered.voice) end();
        voice = rendered.voice;
        terminal.flow(rendered.span);
        const text = typeof rendered.span === "string" ? rendered.span : rendered.span.text;
        if (text !== "") isAtLineStart = text.endsWith("\n");
        return;
      }
      if (rendered.lines.length > 0) end();
      for (const line of rendered.lines) terminal.line(...line);
    },
    end,
  };
}

const emptyMemory = ({ moment }: Terminal, names: Names): Omit<Memory, "sessionId"> => ({
  openToolCalls: new Set(),
  harnessTokens: noTokens(),
  names,
  moment,
});

/**
 * Returns one line about the current activity, for users who do not read every event. Returns null if the event does
 * not change the activity.
 */
export function progressOf(terminal: Terminal, { eventData, sessionId }: SessionEvent): string | null {
  const rendered = progressTypes.has(eventData.type)
    ? renderEvent(eventData, { ...emptyMemory(terminal, noNames), sessionId })
    : null;
  if (rendered?.kind !== "lines" || rendered.lines[0] === undefined) return null;
  return rendered.lines[0].map((span) => (typeof span === "string" ? span : span.text)).join("");
}

const progressTypes: ReadonlySet<string> = new Set([
  "turn.queued",
  "turn.started",
  "turn.resumed",
  "turn.step",
  "hook.finished",
  "commit.created",
  "branch.pushed",
  "pullRequest.opened",
  "pullRequest.updated",
  "permission.requested",
  "question.asked",
  "plan.proposed",
  "goal.checked",
  "notice",
  "toolCall",
]);
