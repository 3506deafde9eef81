import type { IncomingMessage } from "node:http";
import type { ModelFamily } from "../../core/ports/harness.ts";
import { findLines } from "./find-lines.ts";
import { addUsage, isLastEvent, type ToldUsage } from "./read-usage.ts";

/** Of one line of a stream (the last event of a response repeats all of it), and of an answer in one piece. */
const maxReadBytes = 16 * 1024 * 1024;

/** What lines hold that tell of usage ("usage", "usageMetadata") or of the end (see `isLastEvent`; "message_stop" holds the first). */
const marks = ["sage", "[DONE]", "response.completed", "response.incomplete", "response.failed"];

/**
 * Reads along, without holding up the answer, what it costs. `onTold` is called once: with the last word, when the
 * answer ends, or when it is cut, with what was told until then (null for nothing).
 * To be called before the answer is piped on, so that it has seen each piece before the client has.
 */
export function watchUsage(
  answer: IncomingMessage,
  family: ModelFamily,
  onTold: (told: ToldUsage | null) => void,
): void {
  let told: ToldUsage | null = null;
  let isTold = false;
  const tell = () => {
    if (isTold) return;
    isTold = true;
    onTold(told);
  };
  const add = (json: string) => {
    told = addUsage(family, told, parse(json));
  };
  if (/^text\/event-stream\b/i.test(answer.headers["content-type"] ?? "")) {
    const feed = findLines(marks, maxReadBytes, (line) => {
      const data = /^data:\s*(.*?)\s*$/s.exec(line.toString())?.[1];
      if (data === undefined) return;
      if (data.includes("sage")) add(data);
      if (isLastEvent(data)) tell();
    });
    answer.on("data", feed);
  } else {
    const chunks: Buffer[] = [];
    let size = 0;
    answer.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxReadBytes) chunks.push(chunk);
      else chunks.length = 0;
    });
    answer.once("end", () => add(Buffer.concat(chunks).toString()));
  }
  answer.once("end", tell);
  answer.once("close", tell);
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
