import type { GitSite } from "./git-site.ts";
import type { GitTransfer } from "./git-transfer.ts";
import type { GitTree } from "./git-tree.ts";
import type { Patch } from "./patch.ts";

/** Time for which turns and builds repeat a fetch or push while the forge does not respond. */
export const forgePatienceMs = 60_000;

/**
 * Remote from which the host fetches a repository and to which it pushes. `kind` alone determines the transport, not
 * the form of a URL.
 */
export type GitRemote = LocalRemote | HttpsRemote;

/**
 * A repository on the built-in forge. Only the built-in forge creates such remotes. The git adapter derives the path
 * from the data folder.
 */
export interface LocalRemote {
  readonly kind: "local";
  readonly owner: string;
  readonly name: string;
}

export interface HttpsRemote {
  readonly kind: "https";
  /** URL without user, query and fragment. The scheme is `http:` only if the integration's own URL uses it. */
  readonly url: string;
  /**
   * Credential that only the host sends, as basic authentication. It is never written to disk and never enters a
   * sandbox.
   */
  readonly credential: { readonly username: string; readonly password: string } | null;
}

export type MirrorFile = { readonly kind: "text"; readonly text: string } | { readonly kind: "tooLarge" };

/**
 * Host git. Everything in a workspace is hostile: host git never runs its hooks, configuration, filters or attribute
 * commands, and copies its objects out before use. Each repository of a session has a `GitSite`. Every operation is
 * safe to repeat and stops when the signal aborts. On failure, it throws `git_failed` with a user-facing message.
 * Operations with a remote throw `forge_unauthorized` if the remote no longer accepts the credential. They follow
 * redirects to a repository that was renamed on the same host.
 */
export interface PreparedCheckout {
  readonly baseSha: string;
  /** Commit that the environment had checked out, according to its own files. Absent if there is none. */
  readonly environmentSha?: string;
  /**
   * True if the environment may have brought a repository at the path of a submodule. Git runs programs that the
   * configuration of such a repository names.
   */
  readonly hasForeignSubmodules?: boolean;
}

export interface Git extends GitTree, GitTransfer {
  /**
   * Creates or updates the bare mirror of a repository. Concurrent calls for the same repository run sequentially.
   * - With a `depth`, a new or shallow mirror fetches only that many commits of each branch, and no tags. Otherwise,
   *   fetches everything and completes a shallow mirror.
   * - `headBranch` is the remote's default branch if `baseBranch` is missing. It is null if `baseBranch` exists or was
   *   not given, if the remote has no default branch, or if the call did not fetch.
   * - If `branch` continues `baseBranch`, a shallow mirror is deepened to where they diverge, within limits.
   * - With `patienceMs`, repeats the fetch for that time while the remote does not respond.
   * - With `maxAgeMs`, does not fetch again if the last fetch from this remote is more recent. If that fetch failed,
   *   throws its error again.
   */
  fetchMirror(
    input: {
      readonly mirrorPath: string;
      readonly remote: GitRemote;
      readonly depth?: number | null;
      readonly baseBranch?: string;
      readonly branch?: string;
      readonly patienceMs?: number;
      readonly maxAgeMs?: number;
    },
    signal: AbortSignal,
  ): Promise<{ readonly headBranch: string | null }>;

  /** Returns the commit of a branch on the remote, or null if there is no such branch. Needs no mirror and fetches nothing. */
  findRemoteCommit(
    input: { readonly remote: GitRemote; readonly branch: string },
    signal: AbortSignal,
  ): Promise<string | null>;

  /** True if `git-lfs` is installed on this machine. Sandboxes use it too. */
  hasLfs(): boolean;

  /**
   * Reads a file on a branch of the mirror. Returns `tooLarge` if the file has more than `maxBytes` bytes, or null if
   * the branch has no such file.
   */
  readFile(
    input: {
      readonly mirrorPath: string;
      readonly branch: string;
      readonly path: string;
      readonly maxBytes: number;
    },
    signal: AbortSignal,
  ): Promise<MirrorFile | null>;

  /**
   * Reads the file `name` in each direct subfolder of `folders`, on a branch of the mirror, in the order of `folders`.
   * Returns an empty list if the mirror or the branch is missing. Omits files larger than `maxBytes`, and all files
   * after the first `maxFiles`.
   */
  readBelow(
    input: {
      readonly mirrorPath: string;
      readonly branch: string;
      readonly folders: readonly string[];
      readonly name: string;
      readonly maxFiles: number;
      readonly maxBytes: number;
    },
    signal: AbortSignal,
  ): Promise<readonly { readonly path: string; readonly text: string }[]>;

  /**
   * Creates the workspace's checkout if it is missing, and prepares the capture repository. Leaves an existing checkout
   * unchanged. The checkout is equivalent to a `git clone --shared` of the mirror, whose objects are read-only, with
   * `origin` set to `publicUrl`. It has `branch` checked out, from the mirror if the branch exists there, or otherwise
   * created from `baseBranch`.
   * - `baseSha` is the commit of the base branch that it started from, or the merge base if it continues a branch.
   * - `headSha` is the branch's head on the forge: the last pushed commit, or the starting commit if nothing was
   *   pushed.
   * - For an empty repository both are null, and the branch is unborn.
   * - `commit` replaces the mirror's commit of `baseBranch`. If it is null, the repository counts as empty.
   * - If the folder `environment.path` contains `checkout`, this subfolder came from an environment. It becomes the missing
   *   checkout: its `.git` is replaced, tracked files are updated, and other files remain but are ignored. A repeated call
   *   with the same `environment.key` returns the same result.
   * - Throws `branch_not_found`, with the branch's name, if the base branch is missing.
   */
  createCheckout(
    input: {
      readonly site: GitSite;
      readonly publicUrl: string;
      readonly branch: string;
      readonly baseBranch: string;
      readonly commit?: string | null;
      readonly environment?: { readonly path: string; readonly key: string };
    },
    signal: AbortSignal,
  ): Promise<{
    readonly baseSha: string | null;
    readonly headSha: string | null;
    /** True if this call, or an earlier one with the same `environment.key`, created the checkout. */
    readonly isNew: boolean;
    /** Commit that the environment had checked out, according to its own files. Absent if there is none. */
    readonly environmentSha?: string;
  }>;

  /**
   * Creates a checkout of the base branch for a session whose branch has no name yet. HEAD is detached. Uses the
   * environment in the same way as `createCheckout`. Returns the commits, or null without a checkout if the mirror does
   * not contain the base branch.
   */
  prepareCheckout(
    input: {
      readonly site: GitSite;
      readonly publicUrl: string;
      readonly baseBranch: string;
      readonly environment?: { readonly path: string; readonly key: string };
    },
    signal: AbortSignal,
  ): Promise<PreparedCheckout | null>;

  /**
   * Creates the branch in a checkout from `prepareCheckout`, checks it out and creates the capture repository. The
   * result equals that of `createCheckout`, which returns the same `environmentSha` for the same `environment.key`.
   * Returns null and changes nothing if the mirror's base branch is no longer at `baseSha`, or if the mirror contains the
   * branch. No program may run in the workspace during the call.
   */
  nameCheckout(
    input: {
      readonly site: GitSite;
      readonly publicUrl: string;
      readonly branch: string;
      readonly baseBranch: string;
      readonly baseSha: string;
      readonly environment?: { readonly path: string; readonly key: string };
    },
    signal: AbortSignal,
  ): Promise<{ readonly environmentSha?: string } | null>;

  /**
   * True if everything in a checkout is on the forge: commits of all branches, stashes, and all files that `.gitignore`
   * does not exclude. Returns false whenever this is uncertain, and true if there is no checkout and nothing is left to
   * push. No program may run in the workspace during the call.
   */
  isPublished(
    input: { readonly site: GitSite; readonly branch: string },
    signal: AbortSignal,
  ): Promise<boolean>;

  /**
   * Copies the state of the workspace into the capture repository: the harness's own commits on top of the previous
   * branch head, then one commit of all uncommitted changes. If the harness rewrote history, commits the workspace's
   * files on top of the previous branch head instead. With a `signingKey` (an OpenSSH private key), recreates the
   * unsigned commits of `committer` with a signature. Moves the workspace's branch to the captured head. Returns the
   * head of the branch, or null if the repository has no commits. If the checkout is missing, captures nothing and returns the last captured head. Also returns notices
   * about omitted files and about requested steps that were not possible.
   */
  capture(
    input: {
      readonly site: GitSite;
      readonly branch: string;
      /**
       * Message for the commit of uncommitted changes. A function is called only if there are such changes, with at
       * most 500 of the changed files.
       */
      readonly message: string | ((files: readonly ChangedFile[]) => Promise<string>);
      readonly author: GitIdentity;
      readonly committer: GitIdentity;
      readonly signingKey?: string | null;
    },
    signal: AbortSignal,
  ): Promise<{ readonly headSha: string | null; readonly notices: readonly string[] }>;

  /**
   * Compares two commits in the capture repository. `from: null` is the empty tree. If the whole patch fits into
   * `maxPatchBytes`, the patch includes binary files in git's format. Otherwise, the patch only names binary files, is
   * truncated at the end of a line and is not complete. If `from` no longer exists because the base was overwritten,
   * compares with the merge base with `baseBranch`, or otherwise with the empty tree.
   */
  diff(
    input: {
      readonly site: GitSite;
      readonly from: string | null;
      readonly baseBranch?: string;
      readonly to: string;
      readonly maxPatchBytes: number;
    },
    signal: AbortSignal,
  ): Promise<{
    readonly additions: number;
    readonly deletions: number;
    readonly changedFiles: number;
    readonly patch: Patch;
  }>;

  /** Returns the counts of `diff` for the same range, without its patch. */
  diffStat(
    input: {
      readonly site: GitSite;
      readonly from: string | null;
      readonly baseBranch?: string;
      readonly to: string;
    },
    signal: AbortSignal,
  ): Promise<{
    readonly additions: number;
    readonly deletions: number;
    readonly changedFiles: number;
  }>;

  /**
   * Returns the subject lines of the latest commits up to `from`, newest first, without merges, at most `limit`.
   * Returns an empty list if `from` no longer exists.
   */
  subjects(
    input: { readonly site: GitSite; readonly from: string; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly string[]>;

  /**
   * Returns the first of these files that exists in a commit of the capture repository, truncated to `maxBytes`, or
   * null if none exists. Ignores case.
   */
  findFile(
    input: {
      readonly site: GitSite;
      readonly commit: string;
      /** Paths in lower case, in order of preference. */
      readonly paths: readonly string[];
      readonly maxBytes: number;
    },
    signal: AbortSignal,
  ): Promise<string | null>;

  /**
   * Pushes `sha` to `branch`. Succeeds if the branch already contains `sha`.
   * - If the branch has moved in the meantime and its commits merge cleanly, merges them and returns the SHA of the
   *   merge. Does not change the workspace's branch.
   * - If they do not merge cleanly, pushes to `rescueBranch` instead, and the outcome is `rescued`.
   * - Replaces commits from the session's own pushes that `sha` no longer contains. If the remote forbids this, makes
   *   them a parent.
   * - Throws `push_rejected` with the remote's own message and advice on what to change.
   */
  push(
    input: {
      readonly site: GitSite;
      readonly remote: GitRemote;
      readonly branch: string;
      readonly rescueBranch: string;
      readonly sha: string;
      /** Author and committer of merge commits. */
      readonly author: GitIdentity;
      readonly signingKey?: string | null;
    },
    signal: AbortSignal,
  ): Promise<{ readonly outcome: "pushed" | "merged" | "rescued"; readonly sha: string }>;

  /**
   * Records a push that the sandbox made through its git proxy and that the remote confirmed. `oldSha` is null if the
   * push created the branch.
   */
  noteOwnPush(push: {
    readonly site: GitSite;
    readonly branch: string;
    readonly oldSha: string | null;
    readonly newSha: string;
  }): Promise<void>;

  /**
   * Returns the commits in the capture repository up to `to` that `from` does not contain, or all commits up to `to` if
   * `from` is null. Parents precede their children. Throws `git_failed` if there are more than 500.
   */
  commitsBetween(
    input: { readonly site: GitSite; readonly from: string | null; readonly to: string },
    signal: AbortSignal,
  ): Promise<readonly GitCommit[]>;

  /**
   * Adopts a branch that the forge rewrote: sets the branch to `sha` in the mirror, the capture repository and the
   * workspace, if the files are identical. Keeps uncommitted changes.
   * - `different`: the files differ or `sha` was not found. At most the mirror was updated.
   * - `leftWorkspace`: the workspace's branch has moved or could not be updated, so the workspace is unchanged. The
   *   next capture continues from `sha`.
   */
  adopt(
    input: {
      readonly site: GitSite;
      readonly remote: GitRemote;
      readonly branch: string;
      readonly sha: string;
    },
    signal: AbortSignal,
  ): Promise<{ readonly outcome: "adopted" | "leftWorkspace" | "different" }>;
}

export interface ChangedFile {
  readonly path: string;
  readonly change: "added" | "modified" | "deleted";
}

export interface GitCommit {
  readonly sha: string;
  readonly treeSha: string;
  readonly parentShas: readonly string[];
  readonly message: string;
}

export interface GitIdentity {
  readonly name: string;
  readonly email: string;
}
