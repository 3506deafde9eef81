import type { EventData } from "../event/event.ts";
import { lastWords, noWords } from "../event/last-words.ts";

const MARKS = { pending: " ", inProgress: " ", completed: "x" } as const;

/**
 * Returns the plan of a planning turn: the harness's last list of plan entries, or otherwise its last text. Returns
 * null if there is neither. Pure.
 */
export function planOfTurn(events: readonly EventData[]): string | null {
  let entries: string | null = null;
  let words = noWords;
  for (const event of events) {
    words = lastWords(words, event);
    if (event.type === "plan" && event.entries.length > 0)
      entries = event.entries.map(({ content, status }) => `- [${MARKS[status]}] ${content}`).join("\n");
  }
  const text = entries ?? words.text.trim();
  return text === "" ? null : text;
}
