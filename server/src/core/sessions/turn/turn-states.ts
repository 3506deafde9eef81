import type { SessionStatus } from "../session/session.ts";
import type { TurnState } from "./turn.ts";

export type TurnStatus = TurnState["status"];

/** Every status of a turn. */
export const turnStatuses = [
  "queued",
  "running",
  "completed",
  "failed",
  "cancelled",
] as const satisfies readonly TurnStatus[];

/** Changes of a turn. Each is one function of the database. */
export const turnActions = ["queue", "claim", "cancelQueued", "complete", "fail", "cancel"] as const;
export type TurnAction = (typeof turnActions)[number];

export interface TurnTransition {
  /** Status before the action, or null if the turn does not exist. */
  readonly from: TurnStatus | null;
  readonly action: TurnAction;
  readonly to: TurnStatus;
  /** Condition under which the action happens, for the documentation. */
  readonly when: string;
}

/**
 * Every change of a turn's status. In any other status, an action changes nothing. The functions of the database decide;
 * a test compares them with this table.
 */
export const turnTransitions: readonly TurnTransition[] = [
  {
    from: null,
    action: "queue",
    to: "queued",
    when: "The session has no active turn, and a message is next.",
  },
  { from: "queued", action: "claim", to: "running", when: "A worker starts the first attempt." },
  {
    from: "queued",
    action: "cancelQueued",
    to: "cancelled",
    when: "A person stops it or deletes its message.",
  },
  { from: "running", action: "claim", to: "running", when: "Its worker was lost. Another attempt starts." },
  { from: "running", action: "complete", to: "completed", when: "The work is done and saved." },
  { from: "running", action: "fail", to: "failed", when: "A step failed, or the turn reached a limit." },
  {
    from: "running",
    action: "cancel",
    to: "cancelled",
    when: "A person stopped it, or a script skipped it.",
  },
];

/** Returns the status after the action, or null if the action changes nothing. Pure. */
export function turnStatusAfter(from: TurnStatus | null, action: TurnAction): TurnStatus | null {
  return turnTransitions.find((one) => one.from === from && one.action === action)?.to ?? null;
}

const sessionStatuses: Readonly<Record<TurnStatus, SessionStatus>> = {
  queued: "queued",
  running: "inProgress",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
};

/** Returns the status of a session whose newest turn has this status, or that has no turn. Pure. */
export const sessionStatusOf = (newest: TurnStatus | null): SessionStatus =>
  newest === null ? "draft" : sessionStatuses[newest];

/** True if a turn with this status changes no more. */
export const isEnded = (status: TurnStatus): boolean => turnTransitions.every(({ from }) => from !== status);
