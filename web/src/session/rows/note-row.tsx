import { useAgentNames } from "../../api/use-agent-names.ts";
import { text } from "../../text/index.ts";
import type { ItemOf, Note } from "../transcript/item.ts";
import { Fold } from "./fold.tsx";
import classes from "./rows.module.css";

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

/** Steps that the server performed. The line shows the newest step. */
export function StepsRow({ item }: { readonly item: ItemOf<"steps"> }) {
  const last = item.messages.at(-1);
  if (item.messages.length === 1)
    return (
      <p className={classes.note} dir="auto">
        {last}
      </p>
    );
  return (
    <Fold
      name={item.key}
      line={
        <span className={classes.quiet} dir="auto">
          {last}
        </span>
      }
    >
      {() => (
        <ol className={classes.steps}>
          {item.messages.map((message, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps have no IDs
            <li key={index} dir="auto">
              {message}
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
