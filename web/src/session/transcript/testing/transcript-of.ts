import type { EventData, EventOf, SessionEvent } from "@tembo-io/sdk";
import { emptyTranscript, type Transcript } from "../draft.ts";
import { extendTranscript } from "../extend-transcript.ts";

export const MESSAGE = "m1";

/**
 * Returns events one second apart. Events of a turn belong to the message `m1` unless an event specifies another
 * message.
 */
export function eventsOf(
  data: readonly (EventData | [messageId: string, EventData])[],
  from = 0,
): SessionEvent[] {
  return data.map((entry, index) => {
    const [messageId, eventData] = Array.isArray(entry) ? entry : [MESSAGE, entry];
    return {
      id: from + index + 1,
      sessionId: "s1",
      messageId,
      createdAt: new Date(Date.UTC(2026, 0, 1) + (from + index) * 1_000).toISOString(),
      eventType: eventData.type,
      provider: "tembo",
      eventData,
    };
  });
}

export function transcriptOf(...data: (EventData | [string, EventData])[]): Transcript {
  return extendTranscript(emptyTranscript(), eventsOf(data));
}

export const started = { type: "turn.started", turnId: "t1", number: 1 } as const;
export const completed = { type: "turn.completed", turnId: "t1", message: "Done." } as const;

/** Returns a completed tool call of the harness. */
export function callOf(more: Partial<EventOf<"toolCall">> & { readonly toolCallId: string }): EventData {
  const body = { type: "toolCall", title: more.toolCallId, kind: "other", status: "completed" } as const;
  return { ...body, input: null, output: null, exitCode: null, diffs: [], ...more };
}
