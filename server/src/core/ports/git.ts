/** Where a repository is fetched from and pushed to by the host. */
export interface GitRemote {
  /** A URL or, for the local forge, an absolute path. */
  readonly url: string;
  /** Sent as basic auth by the host only; never written to disk, never in a sandbox. */
  readonly credential: { readonly username: string; readonly password: string } | null;
}

/**
 * Host git. Everything a workspace holds is hostile: nothing of it (hooks, configuration, filters, attributes' commands)
 * is ever run, and its objects are copied out before use. Each repository of a session has a `GitSite`.
 * Every operation throws `git_failed` with a sentence, honours the signal, and is safe to repeat.
 */
export interface Git {
  /** Creates or updates the bare mirror of a repository. Concurrent calls for one repository are one fetch after the other. */
  fetchMirror(
    input: { readonly mirrorPath: string; readonly remote: GitRemote },
    signal: AbortSignal,
  ): Promise<void>;

  /**
   * Makes the workspace's checkout when it is missing: `git clone --shared` of the mirror (whose objects are only read),
   * `origin` pointing at `publicUrl`, `branch` checked out: continued from the mirror when it exists there,
   * else started from `baseBranch`. An existing checkout is left as it is. Readies the capture repository too.
   * `baseSha` is the commit of the base branch it started from (the merge base when continued), `headSha` the branch's head
   * as it is known outside: the last captured one, else where it started.
   * An empty repository gives null for both and an unborn branch. Throws `git_failed` when the base branch is missing (names it).
   */
  createCheckout(
    input: {
      readonly site: GitSite;
      readonly publicUrl: string;
      readonly branch: string;
      readonly baseBranch: string;
    },
    signal: AbortSignal,
  ): Promise<{ readonly baseSha: string | null; readonly headSha: string | null }>;

  /**
   * Brings what the workspace holds into the capture repository: the harness's own commits on top of the branch as it was,
   * then one commit of everything not yet committed. A history the harness rewrote is kept by committing its tree on top of the known branch.
   * Returns the head of the branch, null when the repository is still without commits.
   */
  capture(
    input: {
      readonly site: GitSite;
      readonly branch: string;
      readonly message: string;
      readonly author: GitIdentity;
    },
    signal: AbortSignal,
  ): Promise<{ readonly headSha: string | null }>;

  /** Compares two commits of the capture repository; `from: null` is the empty tree. The patch is cut at `maxPatchBytes`. */
  diff(
    input: {
      readonly site: GitSite;
      readonly from: string | null;
      readonly to: string;
      readonly maxPatchBytes: number;
    },
    signal: AbortSignal,
  ): Promise<{
    readonly additions: number;
    readonly deletions: number;
    readonly changedFiles: number;
    readonly patch: string;
  }>;

  /** The first of these files that a commit of the capture repository has, however spelled, cut at `maxBytes`; null without any. */
  findFile(
    input: {
      readonly site: GitSite;
      readonly commit: string;
      /** In lower case, best first. */
      readonly paths: readonly string[];
      readonly maxBytes: number;
    },
    signal: AbortSignal,
  ): Promise<string | null>;

  /**
   * Pushes `sha` to `branch`, comparing first: already there is success. When the branch moved meanwhile, its commits are
   * merged in if they merge cleanly (the returned sha is the merge, and the workspace's branch is not touched); else the work is
   * pushed to `rescueBranch` and the result says so. Throws `push_rejected` with the remote's own words.
   */
  push(
    input: {
      readonly site: GitSite;
      readonly remote: GitRemote;
      readonly branch: string;
      readonly rescueBranch: string;
      readonly sha: string;
      readonly author: GitIdentity;
    },
    signal: AbortSignal,
  ): Promise<{ readonly outcome: "pushed" | "merged" | "rescued"; readonly sha: string }>;
}

/** Host paths of one repository in one session. */
export interface GitSite {
  /** Bare, shared by all sessions of the repository, never writable from a sandbox. */
  readonly mirrorPath: string;
  /** The checkout in the workspace: hostile. */
  readonly checkoutPath: string;
  /** Bare, the host's own: what came out of the workspace. */
  readonly capturePath: string;
  /** The user that owns the checkout; host git reads it as that user where it can. */
  readonly uid: number;
  readonly gid: number;
}

export interface GitIdentity {
  readonly name: string;
  readonly email: string;
}
