import type { CursorPage, Page } from "../../../base/index.ts";
import type { EnvironmentOrigin, ProjectSnapshot, SnapshotOverview } from "./project-snapshot.ts";

/** Queries for snapshots. They ignore deleted snapshots, which remain as a record for the sessions that used them. */
export interface SnapshotQueries {
  insert(snapshot: ProjectSnapshot): Promise<void>;
  find(projectId: string, id: string): Promise<SnapshotOverview | null>;
  /**
   * Returns the newest snapshot whose base has this identity, or null. Searches only the snapshots of the project, or
   * all snapshots if `projectId` is null.
   */
  findByBase(identity: string, projectId: string | null): Promise<SnapshotOverview | null>;
  /** Returns the snapshot from which a session started, even if it was deleted, or null. */
  ofSession(sessionId: string): Promise<ProjectSnapshot | null>;
  /** Returns the layers of active and pinned snapshots, and of those that sessions use, even if they were deleted. */
  usedLayers(): Promise<string[]>;
  /** Lists snapshots, newest first. */
  list(projectId: string, page: CursorPage): Promise<Page<SnapshotOverview>>;
  /** Changes the given fields. */
  update(
    id: string,
    change: Partial<Pick<ProjectSnapshot, "name" | "pinnedAt">> & { readonly updatedAt: Date },
  ): Promise<void>;
  /** Records why no sandbox can start from it, so that it is no longer active. */
  markBroken(id: string, reason: string, at: Date): Promise<void>;
  /** Replaces the commits of the snapshot's origin, if it has an origin. */
  setCommits(id: string, commits: EnvironmentOrigin["commits"], at: Date): Promise<void>;
  /** Marks the snapshot as deleted. Returns false if it was deleted before. */
  archive(id: string, at: Date): Promise<boolean>;
  /** Returns the facts by which retention decides, for up to `limit` projects with a snapshot that it deletes. */
  candidates(wanted: {
    readonly builtBefore: Date;
    readonly keptNewest: number;
    readonly limit: number;
  }): Promise<SnapshotCandidate[]>;
}

/** A snapshot as retention sees it. */
export interface SnapshotCandidate {
  readonly id: string;
  readonly projectId: string;
  readonly builtAt: Date;
  readonly isPinned: boolean;
  /** True if no sandbox can start from it. */
  readonly isBroken: boolean;
  /** True if a session that still exists started from it. */
  readonly isInUse: boolean;
  readonly isProjectArchived: boolean;
}
