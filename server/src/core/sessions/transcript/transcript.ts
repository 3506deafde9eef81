import type { EventData, SessionEvent } from "../event/event.ts";
import { linesOfTurn, type TranscriptTurn } from "./transcript-turns.ts";

const maxTranscriptChars = 60_000;
const opening = "<earlier_work>";
const closing = "</earlier_work>";

/** Size limits of the parts of a turn, from the most detailed rendering to the shortest. */
const measures = [
  { message: 20_000, answer: 30_000, action: 2_000, actions: 200 },
  { message: 2_000, answer: 2_000, action: 200, actions: 40 },
  { message: 300, answer: 400, action: 120, actions: 5 },
] as const;
type Measure = (typeof measures)[number];

/**
 * Returns a transcript of a session for a harness that does not know it: messages, responses, actions and plans, in at
 * most `maxChars` characters. Omits the oldest messages if they do not fit. Returns null if no turn has started. Pure.
 */
export function composeTranscript(
  events: readonly Pick<SessionEvent, "messageId" | "data">[],
  maxChars: number = maxTranscriptChars,
): string | null {
  const turns = linesOfTurn(events);
  if (turns.length === 0) return null;
  const availableChars = maxChars - opening.length - closing.length - 200;
  const lines: string[] = [];
  let used = 0;
  for (const turn of turns.toReversed()) {
    // The newest turn may use all of the space. Each older turn may use at most a third of the rest, so that several
    // fit.
    const left = availableChars - used;
    const text = fitting(turn, lines.length === 0 ? left : Math.floor(left / 3));
    if (text === null) break;
    lines.unshift(text);
    used += text.length + 2;
  }
  const leftOut = turns.length - lines.length;
  const note = leftOut === 0 ? [] : [`(${leftOut} earlier message${leftOut === 1 ? "" : "s"} omitted.)`];
  return [opening, ...note, ...lines, closing].join("\n\n");
}

/**
 * Returns the most detailed rendering of a turn within `availableChars` characters. If even the shortest is too long,
 * truncates it in the middle, or returns null if at most 1,000 characters are available.
 */
function fitting(turn: TranscriptTurn, availableChars: number): string | null {
  for (const measure of measures) {
    const text = withoutMarks(render(turn, measure));
    if (text.length <= availableChars) return text;
  }
  return availableChars > 1_000
    ? cutMiddle(withoutMarks(render(turn, measures.at(-1)!)), availableChars)
    : null;
}

function render({ message, answers, actions, plan, ending }: TranscriptTurn, measure: Measure): string {
  const shownActions = actions.slice(-measure.actions);
  const more = actions.length - shownActions.length;
  return [
    `## Message\n${cutMiddle(message, measure.message)}`,
    ...(actions.length === 0
      ? []
      : [
          `### What was done\n${[
            ...(more === 0 ? [] : [`- (${more} earlier steps omitted)`]),
            ...shownActions.map((action) => `- ${cutMiddle(action, measure.action)}`),
          ].join("\n")}`,
        ]),
    ...(plan.length === 0 ? [] : [`### Plan\n${cutMiddle(plan.join("\n"), measure.answer)}`]),
    // The end of the text describes the current state, so it is kept.
    ...(answers === "" ? [] : [`### Answer\n${cutStart(answers, measure.answer)}`]),
    ...(ending === null ? [] : [ending]),
  ].join("\n\n");
}

function cutMiddle(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const half = Math.max(0, Math.floor((maxChars - 20) / 2));
  return `${text.slice(0, half)}\n[... cut ...]\n${text.slice(text.length - half)}`;
}

function cutStart(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `[... cut ...]\n${text.slice(text.length - maxChars + 14)}`;
}

/** Changes the block's tags within the text, so that text in the transcript cannot close the block. */
const withoutMarks = (text: string) => text.replaceAll(/<(\/?)earlier_work>/gi, "<$1earlier-work>");

/** True if the event is relevant for a transcript. Other events are not kept in memory. */
export function isOfTranscript({ type }: EventData): boolean {
  return transcriptTypes.has(type);
}
const transcriptTypes: ReadonlySet<EventData["type"]> = new Set([
  "message.queued",
  "turn.started",
  "turn.completed",
  "turn.failed",
  "turn.cancelled",
  "commit.created",
  "pullRequest.opened",
  "text",
  "toolCall",
  "plan",
]);
