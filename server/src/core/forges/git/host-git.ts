import type { Readable, Writable } from "node:stream";
import type { GitRemote } from "./git.ts";

/**
 * Starts git outside every sandbox, for those that stream through it: no hooks, no configuration of the machine or of a person,
 * no transport but that of `remote`, bounded memory. Aborting the signal kills it and every program it started.
 */
export type SpawnGit = (command: HostGitCommand, signal: AbortSignal) => HostGitProcess;

export interface HostGitCommand {
  readonly args: readonly string[];
  readonly gitDir?: string;
  /** Its address follows `args`. Its credential is handed over in the environment, and struck out of every message. */
  readonly remote?: GitRemote;
  /** Follow the remote's address. */
  readonly refs?: readonly string[];
  /** Configuration above every file's, by full name. */
  readonly config?: Readonly<Record<string, string>>;
  /** What a client of git's protocol asks for: `version=2`. */
  readonly protocol?: string;
  /** A file descriptor that git reads itself, instead of the stream. */
  readonly stdin?: number;
  readonly timeLimitMs: number;
}

export interface HostGitProcess {
  /** Null when git reads a descriptor of its own. A git that ends early closes it without an error. */
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  /** `code` is null when it was killed. Rejects with `git_failed` when git could not be started or ran out of time, with the signal's reason when aborted. */
  readonly exited: Promise<{ readonly code: number | null; readonly stderr: string }>;
}
