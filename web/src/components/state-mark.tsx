import { Loader } from "@mantine/core";
import { IconCheck, IconClock, IconPencil, IconPlayerStop, IconX } from "@tabler/icons-react";
import { text } from "../text/index.ts";
import classes from "./state-mark.module.css";

export type StateName = "inProgress" | "queued" | "completed" | "failed" | "cancelled" | "draft";

const looks = {
  queued: { color: "gray", icon: IconClock },
  completed: { color: "teal", icon: IconCheck },
  failed: { color: "red", icon: IconX },
  cancelled: { color: "gray", icon: IconPlayerStop },
  draft: { color: "gray", icon: IconPencil },
} as const;

/** State of a session as an icon with a label. `name` replaces the label, for example for a build. */
export function StateMark({
  state,
  name = text.sessions.state[state],
}: {
  readonly state: StateName;
  readonly name?: string;
}) {
  if (state === "inProgress") {
    return (
      <span className={classes.mark} role="img" aria-label={name} title={name}>
        <Loader size={18} aria-hidden />
      </span>
    );
  }
  const { color, icon: Icon } = looks[state];
  return (
    <span className={classes.mark} data-color={color} role="img" aria-label={name} title={name}>
      <Icon size={13} aria-hidden />
    </span>
  );
}

/** Returns the session's current state. A session without a state is a draft, because it has no turn yet. */
export function currentState({
  state,
}: {
  readonly state: { readonly current?: Exclude<StateName, "draft"> | undefined };
}): StateName {
  return state.current ?? "draft";
}
