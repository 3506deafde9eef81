import { useAgentNames } from "../../api/use-agent-names.ts";
import { formatDuration } from "../../format/duration.ts";
import { text } from "../../text/index.ts";
import type { ItemOf, Note } from "../transcript/item.ts";
import { Fold } from "./fold.tsx";
import classes from "./rows.module.css";

/** Minimum duration in milliseconds to show. */
const LEAST_SHOWN_MS = 1_000;

/** A note in the transcript, shown as an unobtrusive line. */
export function NoteRow({ item }: { readonly item: ItemOf<"note"> }) {
  return (
    <p className={classes.note} dir="auto">
      {item.note.about === "agent" ? <AgentNote agent={item.note.agent} /> : describeNote(item.note)}
    </p>
  );
}

function AgentNote({ agent }: { readonly agent: string }) {
  const name = useAgentNames([agent])(agent);
  return name !== "" && text.session.note.agent(name);
}

/** Steps that the server performed. The line shows the newest step, and how long an activity of the steps took. */
export function StepsRow({ item }: { readonly item: ItemOf<"steps"> }) {
  const { lines, at, endedAt, key } = item;
  const last = lines.at(-1)?.text;
  if (lines.length === 1)
    return (
      <p className={classes.note} dir="auto">
        {last}
      </p>
    );
  const ms = lines.some(({ activity }) => activity !== null) ? Date.parse(endedAt) - Date.parse(at) : 0;
  return (
    <Fold
      name={key}
      line={
        <>
          <span className={classes.quietTitle} dir="auto">
            {last}
          </span>
          {ms >= LEAST_SHOWN_MS && <span className={classes.toolState}>{formatDuration(ms)}</span>}
        </>
      }
    >
      {() => (
        <ol className={classes.steps}>
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps have no IDs
            <li key={index} dir="auto">
              {line.text}
            </li>
          ))}
        </ol>
      )}
    </Fold>
  );
}

function describeNote(note: Exclude<Note, { readonly about: "agent" }>): string {
  const words = text.session.note;
  switch (note.about) {
    case "archive":
      return note.isArchived ? words.archived : words.unarchived;
    case "resumed":
      return words.resumed(note.attempt);
    case "artifact":
      return words.artifact(note.title);
    case "planning":
      return note.isPlanning ? words.planning : words.building;
    case "stopReason":
      return words[note.stopReason];
    case "sandboxStopped":
      return words.sandboxStopped(note.reason);
    case "service":
      return words.service[note.state](note.name, note.output ?? "");
    case "notice":
      return note.message;
  }
}
