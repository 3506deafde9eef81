/**
 * A text in which the parts that are not its author's own words are masked. All offsets refer to the original text.
 */
export interface ShadedText {
  /**
   * Text in which spaces replace quotes, code, HTML comments and Tembo's markers. The length and line breaks remain the
   * same.
   */
  readonly shaded: string;
  /**
   * Spans that are invisible on the page: HTML comments and Tembo's markers. They are in order, and `to` is exclusive.
   */
  readonly hidden: readonly Span[];
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Finds the parts of a comment's Markdown that are not its author's own visible words. Handles these parts of
 * CommonMark: quotes (5.1, without lazy continuation lines), fenced and indented code (4.4, 4.5), code spans (6.1),
 * HTML comments, and the HTML elements `code` and `pre` (4.6, 6.6). Runs in linear time, except for contrived texts.
 * Pure.
 */
export function shadeText(text: string): ShadedText {
  const hidden: Span[] = [];
  const pieces: string[] = [];
  const blanks = blockFinder(text);
  let at = 0;
  let paragraphEnd = 0;
  const shade = (to: number) => {
    pieces.push(text.slice(at, to).replaceAll(/[^\n]/g, " "));
    at = to;
  };
  while (at < text.length) {
    const block = isLineStart(text, at) ? blanks(at) : null;
    if (at >= paragraphEnd) paragraphEnd = endOfParagraph(text, at);
    const found = block ?? inlineAt(text, at, paragraphEnd);
    if (found === null) {
      const to = nextOfInterest(text, at);
      pieces.push(text.slice(at, to));
      at = to;
      continue;
    }
    if (found.kind === "hidden") hidden.push({ from: at, to: found.to });
    if (found.kind === "plain") {
      pieces.push(text.slice(at, found.to));
      at = found.to;
    } else shade(found.to);
  }
  return { shaded: pieces.join(""), hidden };
}

interface Found {
  readonly kind: "shaded" | "hidden" | "plain";
  readonly to: number;
}

const LIST_ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])\s/;
const FENCE = /^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(`{3,}|~{3,})(.*)$/;
const MARKER = /^\s*\[\/\/\]: # \(tembo:[^)\n]*\)\s*$/;

/** Returns a function that finds the block at the start of a line. Call it once for each line, in order. */
function blockFinder(text: string): (at: number) => Found | null {
  let isAfterBlank = true;
  let hasList = false;
  return (at) => {
    const lineEnd = endOfLine(text, at);
    const line = text.slice(at, lineEnd).replace(/\r?\n$/, "");
    const wasAfterBlank = isAfterBlank;
    isAfterBlank = line.trim() === "";
    if (/^ {0,3}>/.test(line)) return { kind: "shaded", to: lineEnd };
    if (MARKER.test(line)) return { kind: "hidden", to: lineEnd };
    const [, fence, info] = FENCE.exec(line) ?? [];
    if (fence !== undefined && !(fence.startsWith("`") && info!.includes("`"))) {
      isAfterBlank = true;
      return { kind: "shaded", to: endOfFence(text, lineEnd, fence) };
    }
    if (LIST_ITEM.test(line)) hasList = true;
    // After a list, an indented line is more likely to continue an item.
    if (wasAfterBlank && !hasList && /^(?: {4}|\t)\s*\S/.test(line)) {
      isAfterBlank = true;
      return { kind: "shaded", to: lineEnd };
    }
    return null;
  };
}

function endOfFence(text: string, from: number, fence: string): number {
  const closing = new RegExp(`^\\s*\\${fence[0]}{${fence.length},}\\s*$`);
  for (let at = from; at < text.length; ) {
    const lineEnd = endOfLine(text, at);
    if (closing.test(text.slice(at, lineEnd))) return lineEnd;
    at = lineEnd;
  }
  return text.length;
}

function inlineAt(text: string, at: number, paragraphEnd: number): Found | null {
  switch (text[at]) {
    case "\\":
      return { kind: "plain", to: Math.min(at + 2, text.length) };
    case "`":
      return codeSpan(text, at, paragraphEnd);
    case "<":
      return htmlAt(text, at);
    default:
      return null;
  }
}

function codeSpan(text: string, at: number, paragraphEnd: number): Found {
  const opened = runEnd(text, at);
  const length = opened - at;
  for (let next = text.indexOf("`", opened); next !== -1 && next < paragraphEnd; ) {
    const to = runEnd(text, next);
    if (to - next === length) return { kind: "shaded", to };
    next = text.indexOf("`", to);
  }
  return { kind: "plain", to: opened };
}

function htmlAt(text: string, at: number): Found {
  if (text.startsWith("<!--", at)) {
    const end = text.indexOf("-->", at + 4);
    return { kind: "hidden", to: end === -1 ? text.length : end + 3 };
  }
  const [tag] = /^<(?:code|pre)[\s>]/i.exec(text.slice(at, at + 6)) ?? [];
  if (tag === undefined) return { kind: "plain", to: at + 1 };
  const closing = tag.toLowerCase().startsWith("<code") ? /<\/code\s*>/gi : /<\/pre\s*>/gi;
  closing.lastIndex = at;
  return { kind: "shaded", to: closing.exec(text) === null ? text.length : closing.lastIndex };
}

const isLineStart = (text: string, at: number) => at === 0 || text[at - 1] === "\n";

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}

function endOfParagraph(text: string, at: number): number {
  const blank = /\n[ \t\r]*\n/g;
  blank.lastIndex = at;
  return blank.exec(text)?.index ?? text.length;
}

function runEnd(text: string, at: number): number {
  let end = at;
  while (text[end] === "`") end += 1;
  return end;
}

function nextOfInterest(text: string, at: number): number {
  const interest = /[\\`<\n]/g;
  interest.lastIndex = at;
  const found = interest.exec(text);
  if (found === null) return text.length;
  return found[0] === "\n" ? found.index + 1 : Math.max(found.index, at + 1);
}
