import { TemboError } from "../errors.ts";

/** A dispatched event of a `text/event-stream`. */
export interface ServerSentEvent {
  /** The event type. Defaults to `message`. */
  readonly type: string;
  readonly data: string;
  /** The last ID in the stream, from this event or an earlier one. Empty if the stream has not sent an ID. */
  readonly lastEventId: string;
}

/** Maximum length of an event in characters. A longer event means that the stream is malformed. */
const maxEventLength = 64 * 1024 * 1024;

/**
 * Reads server-sent events as the HTML standard specifies (section 9.2.6, "Interpreting an event stream"):
 * - Lines end with LF, CR or CRLF, which may be split between chunks.
 * - Several data lines form one value, joined by newlines.
 * - An event without data is ignored.
 * - An incomplete event at the end of the stream is dropped.
 *
 * Calls `onRetry` with each reconnection time in milliseconds.
 */
export async function* readServerSentEvents(
  chunks: AsyncIterable<Uint8Array>,
  onRetry: (ms: number) => void = () => {},
): AsyncGenerator<ServerSentEvent> {
  let lastEventId = "";
  let type = "";
  let data: string[] = [];
  let length = 0;
  for await (const line of linesOf(chunks)) {
    if (line === "") {
      if (data.length > 0) yield { type: type || "message", data: data.join("\n"), lastEventId };
      type = "";
      data = [];
      length = 0;
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") {
      data.push(value);
      length += value.length + 1;
      if (length > maxEventLength) throw tooLong();
    } else if (field === "event") type = value;
    else if (field === "id" && !value.includes("\0")) lastEventId = value;
    else if (field === "retry" && /^[0-9]+$/.test(value)) onRetry(Number(value));
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  // Removes a byte order mark at the start, and buffers incomplete characters at the end of a chunk.
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  let isAfterCarriageReturn = false;
  for await (const chunk of chunks) {
    let text = decoder.decode(chunk, { stream: true });
    if (text === "") continue;
    if (isAfterCarriageReturn && text.startsWith("\n")) text = text.slice(1);
    isAfterCarriageReturn = text.endsWith("\r");
    const lines = text.split(/\r\n|\r|\n/);
    for (const [index, line] of lines.entries()) {
      parts.push(line);
      length += line.length;
      if (length > maxEventLength) throw tooLong();
      if (index === lines.length - 1) break;
      yield parts.join("");
      parts = [];
      length = 0;
    }
  }
}

function tooLong(): TemboError {
  return new TemboError(`An event in the stream is longer than ${maxEventLength} characters.`);
}
