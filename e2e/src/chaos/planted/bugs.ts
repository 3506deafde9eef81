import type { Rule } from "../check/history.ts";
import {
  answersAreGivenOnce,
  eventsHaveNoGap,
  seenEventsRemain,
  turnsStartOnce,
} from "../check/rules/events.ts";
import { filesAreKept } from "../check/rules/files.ts";
import { everyTurnEnds, noMessageIsDoubled } from "../check/rules/messages.ts";
import { eachTurnCommitsOnce, everyBranchHasASession, noFencedPush } from "../check/rules/work.ts";
import type { FaultKind } from "../plan/faults.ts";
import type { Patch } from "./patch.ts";

/** A bug that the checker must find. */
export interface Bug {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** Faults in whose presence the bug has an effect. Empty if it always has. */
  readonly faults: readonly FaultKind[];
  /** Average time between the faults. Defaults to 12 seconds. */
  readonly everyMs?: number;
  /** The checker has found the bug if at least one of these rules is violated. */
  readonly caughtBy: readonly Rule[];
}

const events = "server/src/store/queries/event/events.ts";
const savedWorkspaces = "server/src/store/queries/saved-workspace/saved-workspaces.ts";

/** A run of the unchanged product. It shows that the faults alone violate no rule. */
export const control: Bug = {
  name: "control",
  patches: [],
  faults: ["lose", "kill", "freeze", "answers"],
  caughtBy: [],
};

const takesOverLockedWorkers: Patch = {
  file: "server/src/store/workers.ts",
  from: "if (rows[0]?.isFree !== true) return;",
  to: "void rows;",
};

export const bugs: readonly Bug[] = [
  {
    name: "fencing-off",
    patches: [
      {
        file: "server/src/store/queries/lease.ts",
        from: "query`hold_lease(${sessionId}, ${turnId}, ${attempt})`",
        to: "query`concat(${sessionId}::text, ${turnId}::text, ${attempt}::text)`",
      },
      { file: events, from: "lease?.turnId ?? null, lease?.attempt ?? null", to: "null, null" },
      // Other guards stop a frozen machine when it wakes: its lock, its own lease, and the loss of its row.
      takesOverLockedWorkers,
      {
        file: "server/src/core/base/engine/worker-lease.ts",
        from: "return ageMs < workerLeaseMs;",
        to: "return ageMs < Number.POSITIVE_INFINITY;",
      },
      {
        file: "server/src/store/workers.ts",
        from: 'await client.query("delete from workers where id = $1", [id]);',
        to: "",
      },
    ],
    faults: ["freeze"],
    // The engine lets only one of the two machines record its steps. The turn may then never end.
    caughtBy: [everyTurnEnds, answersAreGivenOnce, eachTurnCommitsOnce, everyBranchHasASession, noFencedPush],
  },
  {
    name: "idempotency-off",
    patches: [
      {
        file: "server/src/http/admission/idempotency.ts",
        from: "if (key === null || request",
        to: "if (key === null || key !== null || request",
      },
    ],
    faults: ["answers"],
    caughtBy: [noMessageIsDoubled],
  },
  {
    name: "save-skipped",
    patches: [
      {
        file: "server/src/core/turns/turn/saved-workspace/save-workspace.ts",
        from: "if (!ports.settings.savesWorkspaces) return;",
        to: "if (ports.settings.savesWorkspaces) return;",
      },
    ],
    faults: ["lose"],
    // A new machine first copies the harness, and turns must complete in between.
    everyMs: 40_000,
    caughtBy: [filesAreKept],
  },
  {
    name: "older-save-restored",
    patches: [
      {
        file: savedWorkspaces,
        from: "const values = { ...change, isCurrent: true",
        to: "const first = before?.homeBlobId ? { workspaceBlobId: before.workspaceBlobId, homeBlobId: before.homeBlobId } : {};\n    const values = { ...change, ...first, isCurrent: true",
      },
      {
        file: savedWorkspaces,
        from: "return idsOf([before?.workspaceBlobId, before?.homeBlobId]);",
        to: "return [];",
      },
    ],
    faults: ["lose"],
    // A new machine first copies the harness, and turns must complete in between.
    everyMs: 40_000,
    caughtBy: [filesAreKept],
  },
  {
    name: "taken-over-alive",
    patches: [
      takesOverLockedWorkers,
      {
        file: "server/src/store/decide-loss.ts",
        from: "staleMs = 2_500;",
        to: "staleMs = 500;",
      },
      {
        file: "server/src/store/decide-loss.ts",
        from: "if (watchedMs >= unreachableMs) return",
        to: "if (watchedMs < unreachableMs) return",
      },
    ],
    faults: [],
    caughtBy: [everyTurnEnds, answersAreGivenOnce],
  },
  {
    name: "events-skipped",
    patches: [
      {
        file: "server/src/store/queries/event/read-many-events.ts",
        from: "and seq > asked.after_seq order",
        to: "and seq > asked.after_seq + least(asked.after_seq, 1) order",
      },
    ],
    faults: [],
    caughtBy: [eventsHaveNoGap, seenEventsRemain],
  },
  {
    name: "events-repeated",
    patches: [
      {
        file: events,
        from: "storableJson(entries)",
        to: "storableJson(entries.map((entry) => ({ ...entry, key: `${entry.key}:${lease?.attempt}` })))",
      },
    ],
    faults: ["kill"],
    caughtBy: [turnsStartOnce],
  },
  {
    name: "pull-request-not-looked-for",
    patches: [
      {
        file: "server/src/core/turns/turn/publish/open-pull-request.ts",
        from: "(await findAndChange(context, checkout, base, pushed.wish)) ??",
        to: "",
      },
      {
        file: "server/src/forge/gitea/pull-requests.ts",
        from: "if (open !== null) return open;",
        to: "void open;",
      },
      {
        file: "server/src/forge/gitea/pull-requests.ts",
        from: "if (existing !== null) return existing;",
        to: "void existing;",
      },
    ],
    faults: [],
    caughtBy: [everyTurnEnds],
  },
  {
    name: "work-not-requeued",
    patches: [
      { file: "server/src/engine/lost-workers.ts", from: "await requeue(pending);", to: "void requeue;" },
    ],
    faults: ["kill"],
    caughtBy: [everyTurnEnds],
  },
  {
    name: "next-message-dropped",
    patches: [
      {
        file: "server/src/core/turns/turn/settle-turn.ts",
        from: "await startNextTurn(ports, tx, session);",
        to: "void startNextTurn;",
      },
    ],
    faults: [],
    caughtBy: [everyTurnEnds],
  },
];
