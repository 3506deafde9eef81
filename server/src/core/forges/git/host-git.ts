import type { Readable, Writable } from "node:stream";
import type { GitRemote } from "./git.ts";

/**
 * Starts git outside every sandbox, for callers that stream its input and output. Git uses no hooks, no system or user
 * configuration, no transport except that of `remote`, and a limited amount of memory. Aborting the signal kills git
 * and every program that it started.
 */
export type SpawnGit = (command: HostGitCommand, signal: AbortSignal) => HostGitProcess;

export interface HostGitCommand {
  readonly args: readonly string[];
  readonly gitDir?: string;
  /**
   * Remote, which is passed to git after `args`. Its credential is passed in the environment and removed from every
   * message.
   */
  readonly remote?: GitRemote;
  /** Arguments after the remote. */
  readonly refs?: readonly string[];
  /** Git configuration by full name. Overrides all configuration files. */
  readonly config?: Readonly<Record<string, string>>;
  /** Protocol version that the git client requests, such as `version=2`. */
  readonly protocol?: string;
  /** File descriptor that git reads instead of the stream. */
  readonly stdin?: number;
  readonly timeLimitMs: number;
}

export interface HostGitProcess {
  /** Input stream, or null if git reads a file descriptor. The stream closes without an error if git exits early. */
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  /**
   * Resolves when git exits. `code` is null if git was killed. Rejects with `git_failed` if git could not start or
   * timed out, or with the signal's reason if it aborted.
   */
  readonly exited: Promise<{ readonly code: number | null; readonly stderr: string }>;
}
