import type { GitSite } from "./git-site.ts";

/** Moves captured commits to another machine. On failure, throws `git_failed` with a user-facing message. */
export interface GitTransfer {
  /**
   * Passes the session's captured commits to `use`, so that another machine can continue from them. The packs can be read
   * until `use` returns. Returns null without a capture repository. No capture may run meanwhile.
   */
  exportCapture<T>(
    input: { readonly site: GitSite },
    use: (saved: SavedCapture) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T | null>;

  /**
   * Creates the capture repository from an export, and moves the branch of a restored checkout to the captured head if it is
   * behind. Does nothing if the capture repository exists. The mirror must be current. Throws `git_failed` if a pack is
   * damaged.
   */
  importCapture(
    input: {
      readonly site: GitSite;
      readonly publicUrl: string;
      readonly branch: string;
      readonly saved: SavedCapture;
    },
    signal: AbortSignal,
  ): Promise<void>;
}

/** Captured commits of a session's repository, without those that the forge has. */
export interface SavedCapture {
  /** Commits, by full ref name. */
  readonly refs: Readonly<Record<string, string>>;
  /** Patterns of files that the session's environment brought and that captures leave out, or null. */
  readonly exclude: string | null;
  /** Pack of commits that the forge had and no longer has, with their content, or null if there are none. */
  readonly formerPack: AsyncIterable<Uint8Array> | null;
  /** Pack of the other commits that the forge does not have, or null if there are none. */
  readonly ownPack: AsyncIterable<Uint8Array> | null;
}
