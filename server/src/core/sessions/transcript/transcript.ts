import type { EventData, SessionEvent } from "../event/event.ts";
import { type Told, tellingsOf } from "./transcript-turns.ts";

const maxTranscriptChars = 60_000;
const opening = "<earlier_work>";
const closing = "</earlier_work>";

/** How much of each part of a turn is told: the newest turns whole, older ones shorter and shorter. */
const measures = [
  { message: 20_000, answer: 30_000, action: 2_000, actions: 200 },
  { message: 2_000, answer: 2_000, action: 200, actions: 40 },
  { message: 300, answer: 400, action: 120, actions: 5 },
] as const;
type Measure = (typeof measures)[number];

/**
 * What happened in a session, for a harness that does not know it: messages, answers, what tools did, plans. Null when
 * nothing did. At most `maxChars` long. Pure.
 */
export function composeTranscript(
  events: readonly Pick<SessionEvent, "messageId" | "data">[],
  maxChars: number = maxTranscriptChars,
): string | null {
  const turns = tellingsOf(events);
  if (turns.length === 0) return null;
  const room = maxChars - opening.length - closing.length - 200;
  const told: string[] = [];
  let used = 0;
  for (const turn of turns.toReversed()) {
    // The newest may take all; each older one at most a third of what is left, so that several are told.
    const left = room - used;
    const text = fitting(turn, told.length === 0 ? left : Math.floor(left / 3));
    if (text === null) break;
    told.unshift(text);
    used += text.length + 2;
  }
  const leftOut = turns.length - told.length;
  const note = leftOut === 0 ? [] : [`(${leftOut} earlier message${leftOut === 1 ? "" : "s"} left out.)`];
  return [opening, ...note, ...told, closing].join("\n\n");
}

/** The longest telling of a turn within the room; null when even the shortest has none. */
function fitting(turn: Told, room: number): string | null {
  for (const measure of measures) {
    const text = withoutMarks(render(turn, measure));
    if (text.length <= room) return text;
  }
  return room > 1_000 ? cutMiddle(withoutMarks(render(turn, measures.at(-1)!)), room) : null;
}

function render({ message, answers, actions, plan, ending }: Told, measure: Measure): string {
  const shownActions = actions.slice(-measure.actions);
  const more = actions.length - shownActions.length;
  return [
    `## Message\n${cutMiddle(message, measure.message)}`,
    ...(actions.length === 0
      ? []
      : [
          `### What was done\n${[
            ...(more === 0 ? [] : [`- (${more} earlier steps left out)`]),
            ...shownActions.map((action) => `- ${cutMiddle(action, measure.action)}`),
          ].join("\n")}`,
        ]),
    ...(plan.length === 0 ? [] : [`### Plan\n${cutMiddle(plan.join("\n"), measure.answer)}`]),
    // The end of what was said is what a reader needs first: where it stands.
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

/** What was said may hold our own marks: it must not end the block. */
const withoutMarks = (text: string) => text.replaceAll(/<(\/?)earlier_work>/gi, "<$1earlier-work>");

/** Whether an event can matter to a transcript: what is loaded and kept in memory. */
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
