import type { Readable, Writable } from "node:stream";
import type { GitRemote } from "./git.ts";

/**
 * Starts git outside every sandbox, for callers that stream through it. Uses no hooks, no system or user configuration,
 * no transport except that of `remote`, and bounded memory. Aborting the signal kills git and every program it started.
 */
export type SpawnGit = (command: HostGitCommand, signal: AbortSignal) => HostGitProcess;

export interface HostGitCommand {
  readonly args: readonly string[];
  readonly gitDir?: string;
  /**
   * The remote, whose address follows `args`. Its credential is passed in the environment, and removed from every
   * message.
   */
  readonly remote?: GitRemote;
  /** Arguments after the remote's address. */
  readonly refs?: readonly string[];
  /** Configuration by full name. Overrides every configuration file. */
  readonly config?: Readonly<Record<string, string>>;
  /** Version that a client of the git protocol requests: `version=2`. */
  readonly protocol?: string;
  /** A file descriptor that git reads instead of the stream. */
  readonly stdin?: number;
  readonly timeLimitMs: number;
}

export interface HostGitProcess {
  /** The input stream, or null if git reads a file descriptor. It closes without an error if git exits early. */
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  /**
   * `code` is null if git was killed. Rejects with `git_failed` if git could not start or timed out, and with the
   * signal's reason if aborted.
   */
  readonly exited: Promise<{ readonly code: number | null; readonly stderr: string }>;
}
