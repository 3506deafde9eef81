import type { WireRecord } from "@tembo/contract";
import type { Masker, TextMasker } from "../../base/index.ts";

export interface ProtocolMasker {
  /** The record without secrets. The end of a text that comes in pieces may move to the next piece. */
  push(record: WireRecord): WireRecord[];
  /** What of such a text is still held back. */
  flush(): WireRecord[];
}

type Line = Extract<WireRecord, { type: "line" }>;

/** A place in a message that holds a piece of a longer text. */
interface Piece {
  /** Of which text it is one. */
  readonly of: string;
  readonly text: string;
  replace(text: string): void;
}

interface OpenText {
  readonly stream: TextMasker;
  last: Line;
}

/** Programs whose output goes on; of more, the oldest is taken for whole. */
const maxOpenTexts = 64;

/**
 * Hides secrets in protocol lines. Most are found in the line; words of the model and output of programs come in pieces, where
 * a secret may be cut anywhere: such a text is masked as a whole, and its lines are written anew. Words end where
 * something else is said; output of several programs may come by turns.
 */
export function createProtocolMasker(masker: Masker): ProtocolMasker {
  // Without secrets nothing changes: the usual case costs nothing.
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
      // What is beside the piece is whole.
      return [...earlier, { ...record, text: maskWhole(masker, JSON.stringify(message)) }];
    },
    flush: () => flush(() => true),
  };
}

/** Masked as values of JSON, so that a number that is a secret leaves JSON behind. */
function maskWhole(masker: Masker, text: string): string {
  if (masker.mask(text) === text) return text;
  try {
    return masker.mask(JSON.stringify(masker.maskDeep(JSON.parse(text))));
  } catch (error) {
    // Nested too deeply to be walked, or no JSON: then it need not stay any.
    if (error instanceof RangeError || error instanceof SyntaxError) return masker.mask(text);
    throw error;
  }
}

/** The line that holds the given text in place of its own. */
function rewritten(line: Line, text: string): Line {
  const message = parse(line);
  if (message !== null) pieceIn(message)?.replace(text);
  return { ...line, text: JSON.stringify(message) };
}

function parse({ text, direction }: Line): Message | null {
  // Only updates are told in pieces; the driver sends none.
  if (direction === "toHarness" || !text.includes('"session/update"')) return null;
  try {
    return JSON.parse(text) as Message;
  } catch (error) {
    // What is no JSON is not told in pieces either.
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

/** Of whose program no more output comes. */
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
