import type { WireRecord } from "@tembo/contract";
import type { Masker, TextMasker } from "../../base/index.ts";

export interface ProtocolMasker {
  /**
   * Returns the record with secrets masked, after the rest of each text that ends before it. The end of a streamed text
   * may move to a later record.
   */
  push(record: WireRecord): WireRecord[];
  /** Returns the rest of all streamed texts. */
  flush(): WireRecord[];
}

type Line = Extract<WireRecord, { type: "line" }>;

/** A piece of a streamed text within a message. */
interface Piece {
  /** Key of the text that the piece belongs to. */
  readonly of: string;
  readonly text: string;
  replace(text: string): void;
}

interface OpenText {
  readonly stream: TextMasker;
  last: Line;
}

/** Maximum number of open texts. If it is reached, the oldest text is treated as complete. */
const maxOpenTexts = 64;

/**
 * Masks secrets in protocol lines. Most secrets are within one line. Model text and program output arrive in pieces
 * that may split a secret. The masker treats each such text as a stream, and rewrites its lines. Model text ends when a
 * line arrives that is not its next piece. The outputs of several programs may be interleaved.
 */
export function createProtocolMasker(masker: Masker): ProtocolMasker {
  // Without secrets, which is the usual case, there is nothing to mask.
  if (masker.isTransparent) return { push: (record) => [record], flush: () => [] };
  const open = new Map<string, OpenText>();
  const flush = (isEnded: (of: string) => boolean): WireRecord[] => {
    const rests: WireRecord[] = [];
    for (const [of, { stream, last }] of open) {
      if (!isEnded(of)) continue;
      open.delete(of);
      const rest = stream.flush();
      if (rest !== "") rests.push(rewritten(last, rest));
    }
    return rests;
  };
  return {
    push(record) {
      if (record.type !== "line") return [...flush(() => true), record];
      const message = parse(record);
      const piece = message === null ? null : pieceIn(message);
      const endedCall = message === null ? null : endedCallIn(message);
      const earlier = flush(
        (of) => of !== piece?.of && (isWords(of) || of === endedCall || open.size >= maxOpenTexts),
      );
      if (piece === null) return [...earlier, { ...record, text: maskWhole(masker, record.text) }];
      const text = open.get(piece.of) ?? { stream: masker.openStream(), last: record };
      text.last = record;
      if (endedCall === piece.of) {
        open.delete(piece.of);
        piece.replace(text.stream.push(piece.text) + text.stream.flush());
      } else {
        open.set(piece.of, text);
        piece.replace(text.stream.push(piece.text));
      }
      // The rest of the message is complete, so it is masked as a whole.
      return [...earlier, { ...record, text: maskWhole(masker, JSON.stringify(message)) }];
    },
    flush: () => flush(() => true),
  };
}

/** Masks the line as JSON values, so that a secret number is replaced without breaking the JSON. */
function maskWhole(masker: Masker, text: string): string {
  if (masker.mask(text) === text) return text;
  try {
    return masker.mask(JSON.stringify(masker.maskDeep(JSON.parse(text))));
  } catch (error) {
    // The line is nested too deeply or is not JSON, so the result does not need to be valid JSON.
    if (error instanceof RangeError || error instanceof SyntaxError) return masker.mask(text);
    throw error;
  }
}

/** Returns the line with its piece replaced by `text`. */
function rewritten(line: Line, text: string): Line {
  const message = parse(line);
  if (message !== null) pieceIn(message)?.replace(text);
  return { ...line, text: JSON.stringify(message) };
}

function parse({ text, direction }: Line): Message | null {
  // Only updates arrive in pieces, and the driver does not send updates.
  if (direction === "toHarness" || !text.includes('"session/update"')) return null;
  try {
    return JSON.parse(text) as Message;
  } catch (error) {
    // Text that is not JSON does not arrive in pieces either.
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

interface Message {
  readonly params?: {
    readonly update?: {
      readonly status?: unknown;
      readonly sessionUpdate?: unknown;
      readonly toolCallId?: unknown;
      readonly content?: unknown;
      readonly _meta?: unknown;
    };
  };
}

function pieceIn({ params }: Message): Piece | null {
  const update = params?.update;
  const { sessionUpdate, toolCallId, content, _meta } = update ?? {};
  if (sessionUpdate === "agent_message_chunk" || sessionUpdate === "agent_thought_chunk") {
    return textAt(content, "text", sessionUpdate);
  }
  if (sessionUpdate !== "tool_call_update" || !isHolder(_meta)) return null;
  const output = _meta.terminal_output ?? _meta.terminal_output_delta;
  return textAt(output, "data", outputOf(toolCallId));
}

/** Returns the key of the program output that ends with this message, or null. */
function endedCallIn({ params }: Message): string | null {
  const { status, toolCallId, _meta } = params?.update ?? {};
  const isEnded =
    status === "completed" || status === "failed" || (isHolder(_meta) && "terminal_exit" in _meta);
  return isEnded ? outputOf(toolCallId) : null;
}

const outputOf = (toolCallId: unknown) => `output ${String(toolCallId)}`;
const isWords = (of: string) => !of.startsWith("output ");

function textAt(holder: unknown, name: string, of: string): Piece | null {
  if (!isHolder(holder)) return null;
  const text = holder[name];
  if (typeof text !== "string") return null;
  return {
    of,
    text,
    replace(masked) {
      holder[name] = masked;
    },
  };
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
