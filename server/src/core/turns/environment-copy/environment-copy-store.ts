import type { ProjectSnapshot } from "../../sessions/index.ts";

/** Queries for the copies of environments that a machine keeps ready. */
export interface EnvironmentCopyQueries {
  /** Returns the active environments of projects that keep a copy ready, newest first. */
  wanted(machineId: string, limit: number): Promise<ProjectSnapshot[]>;
  /** Returns the IDs that belong to no worker, or to one that is known to be lost. */
  missingWorkers(ids: readonly string[]): Promise<string[]>;
}
