import type { EventData } from "./event.ts";

/** State of the search for a turn's last text. */
export interface LastWords {
  readonly text: string;
  /**
   * True if there is no text yet, or if a tool call, a plan, a thought or a resumption of the turn followed it. The
   * next text then replaces it.
   */
  readonly isOver: boolean;
}

export const noWords: LastWords = { text: "", isOver: true };
const MAX_LENGTH = 100_000;

/**
 * Processes one event of a turn. The last words are the last text that no tool call, plan, thought or resumption of the
 * turn interrupts, up to 100,000 characters. Pure.
 */
export function lastWords(before: LastWords, data: EventData): LastWords {
  switch (data.type) {
    case "text": {
      const text = before.isOver ? data.text : before.text + data.text;
      // Ignores blank text between two tool calls.
      if (before.isOver && text.trim() === "") return before;
      return { text: text.slice(0, MAX_LENGTH), isOver: false };
    }
    case "toolCall":
    case "thought":
    case "plan":
    case "turn.resumed":
      return { ...before, isOver: true };
    default:
      return before;
  }
}
