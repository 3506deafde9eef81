/** Machine whose disk has the newest files of a session, and what is saved of them. */
export interface SessionWorkspace {
  readonly machineId: string;
  /** True if the machine's files are the saved ones: no program has worked in the sandbox since. */
  readonly isCurrent: boolean;
  /** Files of the last save, or null if nothing is saved. */
  readonly saved: SavedFiles | null;
}

/**
 * Completeness of saved files:
 * - `changes`: without caches, files that git ignores, and files that git can write again.
 * - `full`: without package caches.
 */
export type SavedTier = "changes" | "full";

/** Archives of a session's files, as `Sandbox.exportFolder` writes them, compressed with zstd. */
export interface SavedFiles {
  readonly tier: SavedTier;
  readonly workspaceBlobId: string;
  readonly homeBlobId: string;
  readonly savedAt: Date;
  /** Turn whose prompt the harness had received, or null. The saved conversation contains this prompt. */
  readonly promptedTurnId: string | null;
}

/** Captured commits of one repository, as `Git.exportCapture` returns them. */
export interface SavedCaptureBlobs {
  readonly repositoryId: string;
  readonly refs: Readonly<Record<string, string>>;
  readonly exclude: string | null;
  readonly formerBlobId: string | null;
  readonly ownBlobId: string | null;
}
