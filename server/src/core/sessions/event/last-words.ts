import type { EventData } from "./event.ts";

/** What has been read of a turn's events so far. */
export interface LastWords {
  readonly text: string;
  /** Something else came after it: the next text begins anew. */
  readonly isOver: boolean;
}

export const noWords: LastWords = { text: "", isOver: true };
const MAX_LENGTH = 100_000;

/** Takes up one event of a turn: its last words are the text after the last tool call, plan or thought. Pure. */
export function lastWords(before: LastWords, data: EventData): LastWords {
  switch (data.type) {
    case "text": {
      const text = before.isOver ? data.text : before.text + data.text;
      // Line ends between two tool calls are no words.
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
