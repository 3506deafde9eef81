import type { BuildProgress, BuildState, ProjectBuild } from "../../../core/sessions/index.ts";
import type { RowOf } from "../table.ts";
import type { projectBuilds, StoredProgress } from "./project-table.ts";

export type BuildRow = RowOf<typeof projectBuilds>;

export const storedProgress = ({ updatedAt, ...progress }: BuildProgress): StoredProgress => ({
  ...progress,
  updatedAt: updatedAt.toISOString(),
});

export function toBuild(row: BuildRow): ProjectBuild {
  const { id, projectId, trigger, size, recipe, rebuildOf, identity, progress, createdAt } = row;
  return {
    ...{ id, projectId, trigger, size, recipe, rebuildOf, identity, createdAt },
    progress: progress === null ? null : { ...progress, updatedAt: new Date(progress.updatedAt) },
    state: stateOf(row),
  };
}

function stateOf(row: BuildRow): BuildState {
  const { status, attempt, startedAt, endedAt } = row;
  switch (status) {
    case "pending":
      return { status };
    case "running":
      return { status, attempt, workerId: row.workerId!, startedAt: startedAt! };
    case "completed":
      return { status, startedAt: startedAt!, endedAt: endedAt!, snapshotId: row.snapshotId! };
    case "failed":
      return { status, startedAt: startedAt!, endedAt: endedAt!, failure: row.failure! };
    case "cancelled":
      return { status, startedAt, endedAt: endedAt! };
  }
}

/** Returns the row of a pending build. */
export const fromBuild = ({ state, progress, ...build }: ProjectBuild): BuildRow => ({
  ...build,
  progress: progress === null ? null : storedProgress(progress),
  status: state.status,
  attempt: 0,
  workerId: null,
  snapshotId: null,
  failure: null,
  startedAt: null,
  endedAt: null,
});
