import type { Rule, SessionReading } from "../history.ts";
import { eventsOf, type TokenReading, tokensOf } from "../read-parts.ts";

/**
 * Each turn adds its token to a file in HOME, which is saved after the turn, and shows the file. The file must contain
 * the tokens that earlier completed turns have shown, except of those whose transcript reports that their files were not
 * saved.
 */
export const filesAreKept: Rule = {
  name: "a turn has the files of all earlier turns, or the transcript reports a loss",
  check: ({ sessions }) => sessions.flatMap(checkSession),
};

/** Matches the notice that the store did not respond. */
const reportsLoss = /could not save the session's files/;

function checkSession(session: SessionReading): string[] {
  const saved: string[] = [];
  return tokensOf({ sessions: [session] }).flatMap((reading) => {
    const turn = `the turn of ${reading.token} of session ${session.id}`;
    const isCompleted = reading.message.state === "completed";
    const notes = notesOf(reading);
    if (notes === null) {
      // After an interrupted command, the harness continues without it.
      const wasResumed = eventsOf(reading, "turn.resumed").length > 0;
      return isCompleted && !wasResumed ? [`No output shows the files in ${turn}.`] : [];
    }
    const lost = saved.filter((token) => !notes.includes(token));
    if (isCompleted && !isLossReported(reading)) saved.push(reading.token);
    return lost.length === 0 ? [] : [`The files do not contain the work on ${lost.join(", ")} in ${turn}.`];
  });
}

const isLossReported = (reading: TokenReading) =>
  eventsOf(reading, "notice").some(({ eventData }) => reportsLoss.test(eventData.message));

/** Returns the lines of the last output that contains the turn's token, or null if no output does. */
function notesOf(reading: TokenReading): string[] | null {
  const outputs = eventsOf(reading, "toolCall")
    .map(({ eventData }) => (eventData.output ?? "").split("\n"))
    .filter((lines) => lines.includes(reading.token));
  return outputs.at(-1) ?? null;
}
