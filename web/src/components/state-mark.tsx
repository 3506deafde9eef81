import type { ReactNode } from "react";
import { text } from "../text/index.ts";
import classes from "./state-mark.module.css";

/** State of a session's work. */
export type SessionState = "inProgress" | "queued" | "completed" | "failed" | "cancelled" | "draft";
/** State of the work, or what a person should know before it. */
export type StateName = SessionState | "needsYou" | "plan" | "merged";

/** Each state has its own shape, so that people who do not see its color can tell it from the others. */
const shapes: Readonly<Record<StateName, ReactNode>> = {
  draft: <circle cx="8" cy="8" r="5.75" className={classes.line} strokeDasharray="2.2 2.3" />,
  queued: (
    <>
      <circle cx="8" cy="8" r="5.75" className={classes.line} />
      <path d="M8 5v3.2l2 1.3" className={classes.line} />
    </>
  ),
  inProgress: (
    <>
      <circle cx="8" cy="8" r="5.75" className={classes.track} />
      <path d="M8 2.25A5.75 5.75 0 0 1 13.75 8" className={classes.turning} />
    </>
  ),
  needsYou: (
    <>
      <path d="M8 1l7 7-7 7-7-7z" className={classes.fill} />
      <path d="M8 4.8v3.6M8 10.6v.6" className={classes.sign} />
    </>
  ),
  plan: (
    <>
      <path d="M8 1l7 7-7 7-7-7z" className={classes.fill} />
      <path d="M6 6.6h4M6 9.2h2.6" className={classes.sign} />
    </>
  ),
  completed: (
    <>
      <circle cx="8" cy="8" r="6.5" className={classes.fill} />
      <path d="M5.3 8.2l1.9 1.9 3.6-3.9" className={classes.sign} />
    </>
  ),
  merged: (
    <>
      <circle cx="8" cy="8" r="6.5" className={classes.fill} />
      <path d="M6 4.9v6.2M6 5.2c0 2.4 1.2 3.4 4 3.4M10 8.6" className={classes.sign} />
      <circle cx="10.4" cy="8.6" r=".7" className={classes.sign} />
    </>
  ),
  failed: (
    <>
      <path d="M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2z" className={classes.fill} />
      <path d="M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2" className={classes.sign} />
    </>
  ),
  cancelled: (
    <>
      <circle cx="8" cy="8" r="5.75" className={classes.line} />
      <rect x="5.7" y="5.7" width="4.6" height="4.6" rx=".8" className={classes.fill} />
    </>
  ),
};

/** State of a session as a shape with a label. `name` replaces the label, for example for a build. */
export function StateMark({
  state,
  name = text.sessions.state[state],
}: {
  readonly state: StateName;
  readonly name?: string;
}) {
  return (
    <span className={classes.mark} data-state={state} role="img" aria-label={name} title={name}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        {shapes[state]}
      </svg>
    </span>
  );
}

/** Returns the session's current state. A session without a state is a draft, because it has no turn yet. */
export function currentState({
  state,
}: {
  readonly state: { readonly current?: Exclude<SessionState, "draft"> | undefined };
}): SessionState {
  return state.current ?? "draft";
}

/** Returns the state that a session shows: what a person must do comes before what the agent did. */
export function shownState(session: {
  readonly state: Parameters<typeof currentState>[0]["state"];
  readonly attention: "permission" | "question" | "plan" | "failure" | null;
  readonly artifacts: readonly { readonly pullRequests: readonly { readonly status: string }[] }[];
}): StateName {
  const { attention } = session;
  if (attention === "plan") return "plan";
  if (attention === "permission" || attention === "question") return "needsYou";
  const state = currentState(session);
  const pulls = session.artifacts.flatMap(({ pullRequests }) => pullRequests.map(({ status }) => status));
  return state === "completed" && pulls.includes("merged") && !pulls.includes("open") ? "merged" : state;
}
