import { type Span, shadeText } from "./shade-text.ts";

/** What is looked at of a text; forges keep less, and who writes more has not written it to us. */
export const MAX_LENGTH = 200_000;

/** The words of a comment that calls nobody, without what a reader of the page does not see. */
export function visibleWords(text: string): string {
  const body = text.slice(0, MAX_LENGTH);
  return withoutSpans(body, shadeText(body).hidden);
}

/** Takes spans out, each with the space and comma that only it needed. */
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

/** What is looked at before and behind a span: who indents more has no line start. */
const MAX_TAIL = 200;
