import type { ModelFamily } from "../../../core/access/index.ts";
import { BoundedBuffer } from "../../../runtime/bounded-buffer.ts";
import type { Answer } from "../upstream.ts";
import { countOutput } from "./count-output.ts";
import { addUsage, isLastEvent, type ToldUsage } from "./read-usage.ts";
import { splitLines } from "./split-lines.ts";

/** Of one line of a stream (the last event of a response repeats all of it), and of an answer in one piece. */
const maxReadBytes = 16 * 1024 * 1024;

/** What was seen of an answer. */
export interface Watched {
  /** Null for nothing. */
  readonly told: ToldUsage | null;
  /** Whether the provider has said its last word. */
  readonly isComplete: boolean;
  /** Of the model's words that were passed on; of an answer in one piece, all of it. */
  readonly outputCharacters: number;
}

/**
 * Reads along, without holding up the answer, what it costs. `onSeen` is called once: with the last word, when the
 * answer ends, or when it is cut. To be called before the answer is piped on, so that it has seen each piece before the client has.
 */
export function watchUsage(answer: Answer, family: ModelFamily, onSeen: (watched: Watched) => void): void {
  let told: ToldUsage | null = null;
  let outputCharacters = 0;
  let isSeen = false;
  const tell = (isComplete: boolean) => {
    if (isSeen) return;
    isSeen = true;
    onSeen({ told, isComplete, outputCharacters });
  };
  if (/^text\/event-stream\b/i.test(answer.headers["content-type"] ?? "")) {
    const feed = splitLines(maxReadBytes, (line) => {
      if (line === null || isSeen) return;
      const data = /^data:\s*(.*?)\s*$/s.exec(line.toString())?.[1];
      if (data === undefined) return;
      const event = parse(data);
      if (data.includes("sage")) told = addUsage(family, told, event);
      outputCharacters += countOutput(family, event);
      if (isLastEvent(family, data, event)) tell(true);
    });
    answer.on("data", feed);
    // Gemini's have no last word of their own.
    answer.once("end", () => tell(family === "gemini"));
  } else {
    const body = new BoundedBuffer(maxReadBytes);
    answer.on("data", (chunk: Buffer) => {
      outputCharacters += chunk.length;
      body.add(chunk);
    });
    answer.once("end", () => {
      told = addUsage(family, told, parse(body.toBuffer().toString()));
      tell(true);
    });
  }
  answer.once("close", () => tell(false));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    // Whatever it is, it tells no usage; the caller sees that nothing was told.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
