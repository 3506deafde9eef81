import type { SessionEvent } from "@tembo/contract";
import { answerOf } from "../../plan/work.ts";
import type { Rule } from "../history.ts";
import { describe, eventsOf, isEnding, type TokenReading, tokensOf } from "../read-parts.ts";

export const eventsHaveNoGap: Rule = {
  name: "the events of a session have the IDs 1, 2, 3, ...",
  check: ({ sessions }) =>
    sessions.flatMap(({ id, events }) => {
      const wrong = events.findIndex((event, index) => event.id !== index + 1);
      return wrong < 0 ? [] : [`Event ${wrong + 1} of session ${id} has the ID ${events[wrong]!.id}.`];
    }),
};

/** After the end of the last turn, the API may list events that the client had no time to receive. */
export const seenEventsRemain: Rule = {
  name: "the client receives each event once, in order and unchanged",
  check: ({ log, sessions }) =>
    sessions.flatMap(({ id, events }) => {
      const seen = log.flatMap((entry) =>
        entry.kind === "seen" && entry.sessionId === id ? [entry.event] : [],
      );
      const wrong = seen.findIndex((event, index) => !isSame(event, events[index]));
      if (wrong >= 0) {
        const recorded = events[wrong];
        return [
          `The client received ${describe(seen[wrong]!)} of session ${id} where the API lists ${recorded === undefined ? "nothing" : describe(recorded)}.`,
        ];
      }
      const isFollowed = log.some((entry) => entry.kind === "acknowledged" && entry.sessionId === id);
      const missing = events[seen.length];
      return isFollowed && seen.length <= events.findLastIndex(isEnding)
        ? [`The client received ${seen.length} events of session ${id}, but not ${describe(missing!)}.`]
        : [];
    }),
};

export const turnsStartOnce: Rule = {
  name: "an attempt after the first one does not repeat recorded events",
  check: (history) =>
    tokensOf(history).flatMap((reading) => {
      const count = eventsOf(reading, "turn.started").length;
      return count <= 1
        ? []
        : [`The turn of ${reading.token} of session ${reading.session.id} has ${count} events turn.started.`];
    }),
};

/**
 * If a machine is lost before the answer is saved, the harness gives it again. The event `turn.resumed` then separates
 * the two answers.
 */
export const answersAreGivenOnce: Rule = {
  name: "a completed turn gives its answer, and no attempt gives it twice",
  check: (history) =>
    tokensOf(history).flatMap((reading) => {
      const { token, message, session } = reading;
      const counts = answersOf(reading);
      const isMissing = message.state === "completed" && counts.every((count) => count === 0);
      return isMissing || counts.some((count) => count > 1)
        ? [`The attempts to answer ${token} in session ${session.id} gave ${counts.join(", ")} answers.`]
        : [];
    }),
};

/** Returns how often each attempt gave the answer. */
export function answersOf({ token, message, session }: TokenReading): number[] {
  const texts = [""];
  for (const { messageId, eventData } of session.events) {
    if (messageId !== message.id) continue;
    if (eventData.type === "turn.resumed") texts.push("");
    if (eventData.type === "text") texts[texts.length - 1] += eventData.text;
  }
  return texts.map((text) => text.split(answerOf(token)).length - 1);
}

function isSame(seen: SessionEvent, recorded: SessionEvent | undefined): boolean {
  return (
    seen.id === recorded?.id &&
    seen.eventType === recorded.eventType &&
    JSON.stringify(seen.eventData) === JSON.stringify(recorded.eventData)
  );
}
