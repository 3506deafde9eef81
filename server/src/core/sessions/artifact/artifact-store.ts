import type { CursorPage, Page, TurnLease } from "../../base/index.ts";
import type { Patch } from "../../forges/index.ts";
import type { Diff } from "../session/diff.ts";
import type { Artifact } from "./artifact.ts";

export interface ArtifactQueries {
  find(organizationId: string, id: string): Promise<Artifact | null>;
  /** Newest first, without their content. */
  list(
    organizationId: string,
    page: CursorPage & {
      readonly sessionId?: string;
      readonly turnId?: string;
      readonly types?: readonly string[];
      /** What is of another person's private session is left out. */
      readonly viewerUserId?: string;
    },
  ): Promise<Page<Artifact>>;
  /** With the bytes of a file; null for a text. */
  insert(lease: TurnLease, artifact: Artifact, bytes: Buffer | null): Promise<void>;
  /** As `insert`, of what no turn made. */
  add(artifact: Artifact, bytes: Buffer | null): Promise<void>;
  /** With what hangs on it; false when it is not there. */
  delete(organizationId: string, id: string): Promise<boolean>;
  /** The bytes of a file; null for a text, and when there is none. */
  readFile(organizationId: string, id: string): Promise<Buffer | null>;
  /** Of all of a session. */
  totals(sessionId: string): Promise<{ readonly count: number; readonly bytes: number }>;
  setContent(
    id: string,
    words: { readonly title: string; readonly content: string },
    at: Date,
  ): Promise<void>;
}

export interface DiffQueries {
  /** One per session and repository: replaces the earlier one, keeping its id. */
  save(lease: TurnLease, diff: Diff, patch: Patch): Promise<void>;
  list(sessionId: string, page: CursorPage & { readonly hasChanges?: boolean }): Promise<Page<Diff>>;
  find(sessionId: string, id: string): Promise<{ readonly diff: Diff; readonly patch: Patch } | null>;
}
