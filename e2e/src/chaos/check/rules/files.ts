import { ofType } from "../../../support/assertions.ts";
import type { Rule, SessionReading } from "../history.ts";
import { eventsOf, type TokenReading, tokensOf } from "../read-parts.ts";

/**
 * Each turn adds its token to a file in HOME, which is saved after the turn, and shows the file. The file must contain
 * the tokens of all earlier completed turns, unless the transcript reports that files were not saved.
 */
export const filesAreKept: Rule = {
  name: "a turn has the files of all earlier turns, or the transcript reports a loss",
  check: ({ sessions }) => sessions.flatMap(checkSession),
};

/** Matches the notice that the store did not respond. */
const reportsLoss = /could not save the session's files/;

function checkSession(session: SessionReading): string[] {
  const notices = ofType(session.events, "notice").map(({ eventData }) => eventData.message);
  if (notices.some((message) => reportsLoss.test(message))) return [];
  const readings = tokensOf({ sessions: [session] });
  const completed: string[] = [];
  return readings.flatMap((reading) => {
    const notes = notesOf(reading);
    const lost = notes === null ? [] : completed.filter((token) => !notes.includes(token));
    if (reading.message.state === "completed") completed.push(reading.token);
    return lost.length === 0
      ? []
      : [
          `The files of session ${session.id} do not contain the work on ${lost.join(", ")} in the turn of ${reading.token}.`,
        ];
  });
}

/** Returns the lines of the last output that contains the turn's token, or null if no output does. */
function notesOf(reading: TokenReading): string[] | null {
  const outputs = eventsOf(reading, "toolCall")
    .map(({ eventData }) => (eventData.output ?? "").split(/\s+/))
    .filter((lines) => lines.includes(reading.token));
  return outputs.at(-1) ?? null;
}
