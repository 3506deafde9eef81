import type { Rule } from "../history.ts";
import { describe, eventsOf, isEnding, type TokenReading, tokensOf } from "../read-parts.ts";

export const noMessageIsLost: Rule = {
  name: "no acknowledged message is lost",
  check: (history) => {
    const present = tokensOf(history);
    return history.log.flatMap((entry) => {
      if (entry.kind !== "acknowledged") return [];
      const isThere = present.some(
        ({ token, session }) => token === entry.token && session.id === entry.sessionId,
      );
      return isThere ? [] : [`The message ${entry.token} is not in session ${entry.sessionId}.`];
    });
  },
};

export const noMessageIsDoubled: Rule = {
  name: "no message is recorded twice",
  check: (history) => {
    const counts = new Map<string, number>();
    for (const { token } of tokensOf(history)) counts.set(token, (counts.get(token) ?? 0) + 1);
    return [...counts].flatMap(([token, count]) =>
      count === 1 ? [] : [`The API lists the message ${token} ${count} times.`],
    );
  },
};

export const everyMessageIsAcknowledged: Rule = {
  name: "every message is acknowledged after the fault",
  check: ({ log }) =>
    log.flatMap((entry) =>
      entry.kind === "gaveUp" ? [`No server acknowledged the message ${entry.token}: ${entry.error}`] : [],
    ),
};

/** No script of a planned message fails by itself. */
export const everyTurnEnds: Rule = {
  name: "every turn ends once, and none fails",
  check: (history) => {
    const stopped = new Set(
      history.log.flatMap((entry) => (entry.kind === "stopped" ? [entry.sessionId] : [])),
    );
    return tokensOf(history).flatMap(({ token, message, session }) => {
      const found = session.events.filter((event) => event.messageId === message.id && isEnding(event));
      const what = `The turn of message ${token} of session ${session.id}`;
      if (message.state !== "completed" && message.state !== "cancelled") {
        return [`${what} is ${message.state}. ${reasonOf({ session, message })}`];
      }
      if (message.state === "cancelled" && !stopped.has(session.id))
        return [`${what} is cancelled, although the client did not stop it.`];
      if (found.length !== 1) return [`${what} has ${found.length} events that end it.`];
      return found[0]!.eventType === `turn.${message.state}`
        ? []
        : [`${what} is ${message.state}, but its last event is ${found[0]!.eventType}.`];
    });
  },
};

/** Returns the error of a failed turn, or otherwise the last event of the message and the notices about it. */
function reasonOf(reading: Pick<TokenReading, "session" | "message">): string {
  const [failure] = eventsOf(reading, "turn.failed");
  if (failure !== undefined) return failure.eventData.error.message;
  const last = reading.session.events.findLast(({ messageId }) => messageId === reading.message.id);
  const notices = eventsOf(reading, "notice").map(({ eventData }) => eventData.message);
  const ending = last === undefined ? "It has no event." : `Its last event is ${describe(last)}.`;
  return [ending, ...notices].join(" ");
}
