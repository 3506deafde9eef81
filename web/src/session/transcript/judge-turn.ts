import { classifyCall } from "./describe-call.ts";
import type { TranscriptItem, TurnResult } from "./item.ts";

/** Shortest text of an error that counts as a repetition. Shorter texts, such as a status code, match by chance. */
const LEAST_CHARS = 12;

/** Returns the result of a turn with these items. */
export function judgeTurn(items: readonly TranscriptItem[]): TurnResult {
  let failedEdits = 0;
  let hasChanged = false;
  let hasPlan = false;
  for (const item of items) {
    if (item.kind === "commit") hasChanged = true;
    if (item.kind === "proposal") hasPlan = true;
    if (item.kind !== "tool" || classifyCall(item) !== "edit") continue;
    if (item.status === "failed") failedEdits += 1;
    if (item.status === "completed") hasChanged = true;
  }
  return { failedEdits: hasChanged ? 0 : failedEdits, hasPlan };
}

/**
 * Returns the agent's text without its last paragraph if that is the error of the harness that the turn's end also
 * shows. Otherwise, returns the text unchanged.
 */
export function withoutFailure(text: string, failure: string): string {
  const from = text.trimEnd().lastIndexOf("\n\n") + 1;
  return repeats(text.slice(from).trim(), failure) ? text.slice(0, from).trimEnd() : text;
}

function repeats(paragraph: string, failure: string): boolean {
  const label = /^(?:[\w-]+ )?error\b:?\s*(?:\d{3}\b:?\s*)?/i.exec(paragraph)?.[0] ?? "";
  const said = withoutEllipsis(paragraph.slice(label.length));
  if (said.length >= LEAST_CHARS && failure.includes(said)) return true;
  const reason = withoutEllipsis(failure.slice(failure.indexOf(": ") + 1).trim());
  return label !== "" && reason.length >= LEAST_CHARS && paragraph.includes(reason);
}

function withoutEllipsis(text: string): string {
  return text.replace(/…$/, "");
}
