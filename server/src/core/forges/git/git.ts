import type { GitTree } from "./git-tree.ts";
import type { Patch } from "./patch.ts";

/** Where the host fetches a repository from and pushes it to. The kind decides how, never the shape of a string. */
export type GitRemote = LocalRemote | HttpsRemote;

/** A repository of the built-in forge, which alone makes these. The git adapter derives its folder from the data folder. */
export interface LocalRemote {
  readonly kind: "local";
  readonly owner: string;
  readonly name: string;
}

export interface HttpsRemote {
  readonly kind: "https";
  /** `http:` only where the integration's own address is. Holds no user, query or fragment. */
  readonly url: string;
  /** Sent as basic auth by the host only; never written to disk, never in a sandbox. */
  readonly credential: { readonly username: string; readonly password: string } | null;
}

export type MirrorFile = { readonly kind: "text"; readonly text: string } | { readonly kind: "tooLarge" };

/**
 * Host git. Everything a workspace holds is hostile: nothing of it (hooks, configuration, filters, attributes' commands)
 * is ever run, and its objects are copied out before use. Each repository of a session has a `GitSite`.
 * Every operation throws `git_failed` with a sentence, honours the signal, and is safe to repeat. Those that take a remote throw
 * `forge_unauthorized` when it no longer takes the credential; of one that was renamed on its own host they find the new address.
 */
export interface Git extends GitTree {
  /**
   * Creates or updates the bare mirror of a repository. Concurrent calls for one repository are one fetch after the other.
   * With a `depth` a new mirror takes only that many commits of each branch, and no tags; null takes all, also where there were fewer.
   * `headBranch` is the remote's own default branch when `baseBranch` is not there; null when it is, or nothing is.
   * `branch` may continue `baseBranch`: a shallow mirror then reaches back to where they part, if that is not too far.
   * With `maxAgeMs` a mirror that was fetched from this remote less long ago is left as it is; one that could not be then fails as it did.
   */
  fetchMirror(
    input: {
      readonly mirrorPath: string;
      readonly remote: GitRemote;
      readonly depth?: number | null;
      readonly baseBranch?: string;
      readonly branch?: string;
      readonly maxAgeMs?: number;
    },
    signal: AbortSignal,
  ): Promise<{ readonly headBranch: string | null }>;

  /** Whether this machine has `git-lfs`, which sandboxes use too. */
  hasLfs(): boolean;

  /** Reads a file on a branch of the mirror, where its size allows it. Returns null when the branch has no such file. */
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
   * The file `name` of each folder directly below one of `folders`, on a branch of the mirror, in the order of `folders`; none where mirror
   * or branch is missing. Larger files than `maxBytes` are left out, and all after the first `maxFiles`.
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
   * Makes the workspace's checkout when it is missing: `git clone --shared` of the mirror (whose objects are only read),
   * `origin` pointing at `publicUrl`, `branch` checked out: continued from the mirror when it exists there,
   * else started from `baseBranch`. An existing checkout is left as it is. Readies the capture repository too.
   * `baseSha` is the commit of the base branch it started from (the merge base when continued), `headSha` the branch's head
   * as the forge has it: what was pushed last, else where it started.
   * An empty repository gives null for both and an unborn branch. Throws `branch_not_found` when the base branch is missing (names it).
   */
  createCheckout(
    input: {
      readonly site: GitSite;
      readonly publicUrl: string;
      readonly branch: string;
      readonly baseBranch: string;
    },
    signal: AbortSignal,
  ): Promise<{
    readonly baseSha: string | null;
    readonly headSha: string | null;
    /** The checkout was not there and was made. */
    readonly isNew: boolean;
  }>;

  /**
   * Whether all that a checkout holds has reached the forge: commits of every branch, stashes, and files but those that `.gitignore`
   * names. False whenever it cannot be told, true where there is no checkout and nothing waits. Nothing may run in the workspace meanwhile.
   */
  isPublished(
    input: { readonly site: GitSite; readonly branch: string },
    signal: AbortSignal,
  ): Promise<boolean>;

  /**
   * Brings what the workspace holds into the capture repository: the harness's own commits on top of the branch as it was,
   * then one commit of everything not yet committed. A history the harness rewrote is kept by committing its tree on top of the known branch.
   * With a `signingKey` (an OpenSSH private key), commits of `committer` are made again with a signature, and the workspace's branch follows.
   * Returns the head of the branch, null when the repository is still without commits, and sentences on what could not be done as asked.
   */
  capture(
    input: {
      readonly site: GitSite;
      readonly branch: string;
      /** Of the commit of what was left; asked for only when there is one, with at most 500 of the files in it. */
      readonly message: string | ((files: readonly ChangedFile[]) => Promise<string>);
      readonly author: GitIdentity;
      readonly committer: GitIdentity;
      readonly signingKey?: string | null;
    },
    signal: AbortSignal,
  ): Promise<{ readonly headSha: string | null; readonly notices: readonly string[] }>;

  /**
   * Compares two commits of the capture repository; `from: null` is the empty tree. The patch holds binary files as git writes them where
   * all of it fits into `maxPatchBytes`; else it names them alone, is cut at that length and is not complete.
   * A `from` that is gone, as the base was overwritten, is replaced by where the work parts from `baseBranch`, else by the empty tree.
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

  /** The counts of `diff` for the same range, without its patch. */
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

  /** First lines of the latest commits up to `from`, merges aside, newest first, at most `limit`; none when `from` is gone. */
  subjects(
    input: { readonly site: GitSite; readonly from: string; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly string[]>;

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
   * pushed to `rescueBranch` and the result says so. What the session's own pushes brought and `sha` no longer holds is replaced,
   * or kept as a parent where the remote lets nothing be replaced. Throws `push_rejected` with what to change and the remote's own words.
   */
  push(
    input: {
      readonly site: GitSite;
      readonly remote: GitRemote;
      readonly branch: string;
      readonly rescueBranch: string;
      readonly sha: string;
      /** Of merges, their committer too. */
      readonly author: GitIdentity;
      readonly signingKey?: string | null;
    },
    signal: AbortSignal,
  ): Promise<{ readonly outcome: "pushed" | "merged" | "rescued"; readonly sha: string }>;

  /** Remembers a push that the sandbox made through its git door and the remote confirmed. `oldSha` is null when it made the branch. */
  noteOwnPush(push: {
    readonly site: GitSite;
    readonly branch: string;
    readonly oldSha: string | null;
    readonly newSha: string;
  }): Promise<void>;

  /** Commits of the capture repository after `from`, parents first; null takes all. Throws `git_failed` for more than 500. */
  commitsBetween(
    input: { readonly site: GitSite; readonly from: string | null; readonly to: string },
    signal: AbortSignal,
  ): Promise<readonly GitCommit[]>;

  /**
   * Takes over what the forge made of the branch: the mirror, the capture repository and the workspace's branch get `sha`, if its
   * files are the very same; uncommitted changes stay. `different`: they are not, or it is not there, and nothing was changed.
   * `leftWorkspace`: the workspace has moved on meanwhile and is left; its next capture continues from `sha`.
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
