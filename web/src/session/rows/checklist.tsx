import { IconCircle, IconCircleCheckFilled, IconCircleDotted } from "@tabler/icons-react";
import { text } from "../../text/index.ts";
import type { ItemOf } from "../transcript/item.ts";
import classes from "./rows.module.css";

const icons = {
  pending: IconCircle,
  inProgress: IconCircleDotted,
  completed: IconCircleCheckFilled,
} as const;

/** Steps of the agent's task list. */
export function Checklist({ entries }: Pick<ItemOf<"plan">, "entries">) {
  return (
    <ul className={classes.checklist}>
      {entries.map(({ content, status }, index) => {
        const Icon = icons[status];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no IDs
          <li key={index} data-status={status}>
            <Icon size={16} role="img" aria-label={text.session.plan.status[status]} />
            <span dir="auto">{content}</span>
          </li>
        );
      })}
    </ul>
  );
}
