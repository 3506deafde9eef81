import type { SessionListItem } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";

export type BulkName = "stop" | "archive" | "unarchive" | "pin" | "unpin" | "delete";

interface BulkAction {
  /** Returns true if the action changes the session. */
  readonly changes: (session: SessionListItem) => boolean;
  readonly run: (session: SessionListItem) => PromiseLike<unknown>;
  /** Action that reverts this one, or null if none does. */
  readonly reverse: BulkName | null;
}

export const bulkActions: Readonly<Record<BulkName, BulkAction>> = {
  stop: {
    changes: ({ state }) => state.inProgress || state.isQueued,
    // Otherwise, the next message of the queue would start.
    run: ({ id }) => tembo.sessions.stop(id, { cancelQueued: true }),
    reverse: null,
  },
  archive: {
    changes: ({ archivedAt }) => archivedAt === null,
    run: ({ id }) => tembo.sessions.update(id, { archived: true }),
    reverse: "unarchive",
  },
  unarchive: {
    changes: ({ archivedAt }) => archivedAt !== null,
    run: ({ id }) => tembo.sessions.update(id, { archived: false }),
    reverse: "archive",
  },
  pin: {
    changes: ({ isPinned }) => !isPinned,
    run: ({ id }) => tembo.sessions.update(id, { isPinned: true }),
    reverse: "unpin",
  },
  unpin: {
    changes: ({ isPinned }) => isPinned,
    run: ({ id }) => tembo.sessions.update(id, { isPinned: false }),
    reverse: "pin",
  },
  delete: { changes: () => true, run: ({ id }) => tembo.sessions.delete(id), reverse: null },
};
