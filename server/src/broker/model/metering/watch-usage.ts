import type { ModelFamily } from "../../../core/access/index.ts";
import { BoundedBuffer } from "../../../runtime/bounded-buffer.ts";
import type { Answer } from "../upstream.ts";
import { countOutput } from "./count-output.ts";
import { addUsage, isLastEvent, type ReportedUsage } from "./read-usage.ts";
import { splitLines } from "./split-lines.ts";

/**
 * Maximum size of a response that is not streamed, and of one line of a stream. The last event of a stream can repeat the whole response.
 */
const maxReadBytes = 16 * 1024 * 1024;

/** Observations about a response. */
export interface Watched {
  /** Usage that the provider has reported, or null if it has reported none. */
  readonly reported: ReportedUsage | null;
  /** True if the reported usage is final. */
  readonly isComplete: boolean;
  /** Number of characters of the model's output that were passed on. For a response that is not streamed, this is the number of bytes. */
  readonly outputCharacters: number;
}

/**
 * Observes the usage of a response without delaying it. Calls `onSeen` once: at the last event, at the end of the response or when the
 * response is interrupted. Must be called before the response is piped, so that it reads each chunk before the client does.
 */
export function watchUsage(answer: Answer, family: ModelFamily, onSeen: (watched: Watched) => void): void {
  let reported: ReportedUsage | null = null;
  let outputCharacters = 0;
  let isSeen = false;
  const report = (isComplete: boolean) => {
    if (isSeen) return;
    isSeen = true;
    onSeen({ reported, isComplete, outputCharacters });
  };
  if (/^text\/event-stream\b/i.test(answer.headers["content-type"] ?? "")) {
    const feed = splitLines(maxReadBytes, (line) => {
      if (line === null || isSeen) return;
      const data = /^data:\s*(.*?)\s*$/s.exec(line.toString())?.[1];
      if (data === undefined) return;
      const event = parse(data);
      if (data.includes("sage")) reported = addUsage(family, reported, event);
      outputCharacters += countOutput(family, event);
      if (isLastEvent(family, data, event)) report(true);
    });
    answer.on("data", feed);
    // Gemini's streams have no explicit last event.
    answer.once("end", () => report(family === "gemini"));
  } else {
    const body = new BoundedBuffer(maxReadBytes);
    answer.on("data", (chunk: Buffer) => {
      outputCharacters += chunk.length;
      body.add(chunk);
    });
    answer.once("end", () => {
      reported = addUsage(family, reported, parse(body.toBuffer().toString()));
      report(true);
    });
  }
  answer.once("close", () => report(false));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    // Text that is not JSON contains no usage.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
