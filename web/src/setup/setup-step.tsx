import { Badge, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { StateMark } from "../components/state-mark.tsx";
import { text } from "../text/index.ts";
import classes from "./setup.module.css";

/** Shows a step, with its action while it is open. */
export function SetupStep({
  title,
  about,
  isDone,
  isOptional = false,
  action,
  children,
}: {
  readonly title: string;
  /** Purpose of the step or, once it is done, its result. */
  readonly about: string;
  readonly isDone: boolean;
  readonly isOptional?: boolean;
  /** Buttons beside the text of an open step. */
  readonly action?: ReactNode;
  /** Form or error below the text of an open step. */
  readonly children?: ReactNode;
}) {
  return (
    <li className={classes.step}>
      <StateMark state={isDone ? "completed" : "draft"} name={isDone ? text.setup.done : text.setup.open} />
      <div className={classes.words}>
        <Title order={3} className={classes.title}>
          {title}
          {isOptional && !isDone && (
            <Badge size="sm" variant="default" tt="none">
              {text.setup.optional}
            </Badge>
          )}
        </Title>
        <Text size="sm" c="dimmed">
          {about}
        </Text>
      </div>
      {!isDone && action !== undefined && <div className={classes.action}>{action}</div>}
      {!isDone && <div className={classes.below}>{children}</div>}
    </li>
  );
}
