import { type Span, shadeText } from "./shade-text.ts";

/** Maximum length that is examined, in UTF-16 units. Forges have lower limits for comments. */
export const MAX_LENGTH = 200_000;

/** Returns the part of a string that is visible on the page, up to `MAX_LENGTH`. */
export function visibleWords(text: string): string {
  const body = text.slice(0, MAX_LENGTH);
  return withoutSpans(body, shadeText(body).hidden);
}

/** Removes spans, and the adjacent spaces, commas and colons that are no longer needed. Trims the result. */
export function withoutSpans(text: string, spans: readonly Span[]): string {
  const pieces: string[] = [];
  let tail = "";
  let at = 0;
  for (const { from, to } of spans.toSorted((one, other) => one.from - other.from)) {
    if (from > at) {
      pieces.push(text.slice(at, from));
      tail = (tail + text.slice(Math.max(at, from - MAX_TAIL), from)).slice(-MAX_TAIL);
    }
    if (from < at) {
      at = Math.max(at, to);
      continue;
    }
    at = to;
    const isLineStart = /(?:^|\n)[ \t]*$/.test(tail);
    if (isLineStart) at += /^[,:]?[ \t]*/.exec(text.slice(at, at + MAX_TAIL))![0].length;
    else if (/[ \t]$/.test(tail) && /^(?:[ \t]|[.,:;!?]|\r?\n|$)/.test(text.slice(at, at + 2))) {
      pieces.push(pieces.pop()!.slice(0, -1));
      tail = tail.slice(0, -1);
    }
  }
  return [...pieces, text.slice(at)].join("").trim();
}

/** Number of characters examined before and after a span. Deeper indentation does not count as the start of a line. */
const MAX_TAIL = 200;
