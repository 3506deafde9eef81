import { Markdown } from "../../components/markdown/markdown.tsx";
import { formatLongDuration } from "../../format/duration.ts";
import { text } from "../../text/index.ts";
import { firstLine } from "../transcript/describe-call.ts";
import type { ItemOf } from "../transcript/item.ts";
import { Fold } from "./fold.tsx";
import classes from "./rows.module.css";

export function TextRow({ item, isGrowing }: { readonly item: ItemOf<"text">; readonly isGrowing: boolean }) {
  return <Markdown isGrowing={isGrowing}>{item.text}</Markdown>;
}

export function ThoughtRow({ item }: { readonly item: ItemOf<"thought"> }) {
  const ms = Date.parse(item.endedAt) - Date.parse(item.at);
  const time = ms < 1_000 ? null : formatLongDuration(ms);
  return (
    <Fold
      name={item.key}
      line={
        <>
          <span className={classes.quietFixed}>{text.session.thought(time)}</span>
          <span className={classes.result} dir="auto">
            {firstLine(item.text)}
          </span>
        </>
      }
    >
      {() => (
        <div className={classes.thought} dir="auto">
          {item.text}
        </div>
      )}
    </Fold>
  );
}
