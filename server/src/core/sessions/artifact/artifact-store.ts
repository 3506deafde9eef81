import type { CursorPage, Page, RowBytes, TurnLease } from "../../base/index.ts";
import type { Patch } from "../../forges/index.ts";
import type { Diff } from "../session/diff.ts";
import type { Artifact } from "./artifact.ts";

export interface ArtifactQueries {
  find(organizationId: string, id: string): Promise<Artifact | null>;
  /** Lists artifacts, newest first, without their content. */
  list(
    organizationId: string,
    page: CursorPage & {
      readonly sessionId?: string;
      readonly turnId?: string;
      readonly types?: readonly string[];
      /** Excludes artifacts of private sessions that this user did not create. */
      readonly viewerUserId?: string;
    },
  ): Promise<Page<Artifact>>;
  /** Inserts an artifact of a turn. `file` is the content of a file, or null for a text. */
  insert(lease: TurnLease, artifact: Artifact, file: RowBytes | null): Promise<void>;
  /** Inserts an artifact that no turn created. */
  add(artifact: Artifact, file: RowBytes | null): Promise<void>;
  /** Deletes the artifact and its dependent rows. Returns false if it does not exist. */
  delete(organizationId: string, id: string): Promise<boolean>;
  /** Returns the content of a file, or null if the artifact does not exist or is a text. */
  findFile(organizationId: string, id: string): Promise<RowBytes | null>;
  /** Returns the number and the total size of the session's artifacts. */
  totals(sessionId: string): Promise<{ readonly count: number; readonly bytes: number }>;
  setContent(
    id: string,
    words: { readonly title: string; readonly content: string },
    at: Date,
  ): Promise<void>;
}

export interface DiffQueries {
  /** Saves a session's diff for a repository. Replaces the earlier diff, but keeps its ID. */
  save(lease: TurnLease, diff: Diff, patch: Patch): Promise<void>;
  list(sessionId: string, page: CursorPage & { readonly hasChanges?: boolean }): Promise<Page<Diff>>;
  find(sessionId: string, id: string): Promise<{ readonly diff: Diff; readonly patch: Patch } | null>;
}
