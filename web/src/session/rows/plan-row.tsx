import { IconListCheck } from "@tabler/icons-react";
import { text } from "../../text/index.ts";
import { countDone } from "../transcript/current-step.ts";
import type { ItemOf } from "../transcript/item.ts";
import { Checklist } from "./checklist.tsx";
import { Fold } from "./fold.tsx";
import classes from "./rows.module.css";

/** The agent's task list of an ended turn. The line below the list shows that of the running turn. */
export function PlanRow({ item: { key, entries } }: { readonly item: ItemOf<"plan"> }) {
  return (
    <Fold
      name={key}
      line={
        <>
          <IconListCheck size={15} stroke={1.7} className={classes.toolIcon} aria-hidden />
          <span className={classes.toolTitle}>{text.session.plan.title}</span>
          <span className={classes.toolState}>
            {text.session.plan.progress(countDone(entries), entries.length)}
          </span>
        </>
      }
    >
      {() => <Checklist entries={entries} />}
    </Fold>
  );
}
