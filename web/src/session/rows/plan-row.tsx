import { Text } from "@mantine/core";
import { IconCircle, IconCircleCheckFilled, IconCircleDotted } from "@tabler/icons-react";
import { text } from "../../text/index.ts";
import type { ItemOf } from "../transcript/item.ts";
import classes from "./rows.module.css";

const icons = {
  pending: IconCircle,
  inProgress: IconCircleDotted,
  completed: IconCircleCheckFilled,
} as const;

/** The agent's task list, as a checklist. */
export function PlanRow({ item }: { readonly item: ItemOf<"plan"> }) {
  const done = item.entries.filter(({ status }) => status === "completed").length;
  return (
    <article className={classes.card} aria-label={text.session.plan.title}>
      <Text size="xs" fw={600} mb={6}>
        {text.session.plan.title}{" "}
        <Text span size="xs" c="dimmed" fw={400}>
          {text.session.plan.progress(done, item.entries.length)}
        </Text>
      </Text>
      <ul className={classes.checklist}>
        {item.entries.map(({ content, status }, index) => {
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
    </article>
  );
}
