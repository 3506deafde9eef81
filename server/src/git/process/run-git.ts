import { AppError, withReason } from "../../core/base/index.ts";
import { type GitProcess, startGit, verbOf } from "../../host-git/git-process.ts";
import { BoundedBuffer } from "../../runtime/bounded-buffer.ts";
import { TailBuffer } from "../../runtime/tail-buffer.ts";
import { foldersOfRemote } from "../remote/locate-remote.ts";
import { remoteError } from "../remote/remote-error.ts";
import { type GitSetting, gitEnvironment, redact } from "./git-environment.ts";
import { lastWords } from "./last-words.ts";

/** Options for one run of host git. Host git receives neither the caller's environment nor the machine's configuration. */
export interface GitRun extends GitSetting {
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  /** Text or bytes, or a file descriptor that git reads directly. */
  readonly stdin?: string | Buffer | number;
  /** User to run git as, if the server can switch users. Defaults to the user of host git. */
  readonly as?: { readonly uid: number; readonly gid: number };
  /** Exit codes other than 0 that are results rather than failures. */
  readonly answers?: readonly number[];
  readonly maxOutputBytes?: number;
  /** If true, output beyond the limit is truncated and git is killed. If false, the run fails. */
  readonly isCut?: boolean;
  readonly timeLimitMs?: number;
  readonly maxMemoryBytes?: number;
  readonly maxFileBytes?: number;
  /** Additional folder to which git writes, besides the repository, the work tree and the index. */
  readonly folder?: string;
  /** True if the written data is temporary or can be recreated, so it need not survive a power failure. */
  readonly isScratch?: boolean;
  /** If true, runs git while holding an exclusive lock on `gitDir`, after removing files that a killed git process left behind. */
  readonly isExclusive?: boolean;
  /** If true, `gitDir` is a mirror. Runs git exclusively, after creating the mirror if it does not exist or is incomplete. */
  readonly isMirror?: boolean;
  /** True if the request to the remote is part of a push, so an error says that the work is kept. Defaults to true for `git push`. */
  readonly isPartOfPush?: boolean;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const maxOutputBytes = 64 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;
/** Time limit for operations with a remote. It exceeds the limit for local operations, because a connection may be slow. */
const remoteTimeLimitMs = 30 * 60_000;
const localTimeLimitMs = 10 * 60_000;

/**
 * Runs host git with the hardened environment and collects its output. If git fails, throws the error of `remoteError`, or `git_failed` with
 * the end of git's error output. Throws the signal's reason if the signal is aborted.
 */
export async function runGit(run: GitRun): Promise<GitResult> {
  const config = { ...(run.isScratch ? { "core.fsync": "none" } : {}), ...run.config };
  const git = startGit(
    {
      args: run.args,
      env: gitEnvironment({ ...run, config }),
      stdin: run.stdin === undefined ? "ignore" : typeof run.stdin === "number" ? run.stdin : "pipe",
      ...(run.as ? { as: run.as } : {}),
      ...foldersOfRemote(run.remote, verbOf(run.args)),
      ...(run.folder === undefined ? {} : { folders: { write: [run.folder] } }),
      ...(run.isExclusive || run.isMirror ? { exclusiveOf: run.gitDir!, createsMirror: run.isMirror } : {}),
      timeLimitMs: run.timeLimitMs ?? (run.remote ? remoteTimeLimitMs : localTimeLimitMs),
      maxMemoryBytes: run.maxMemoryBytes,
      maxFileBytes: run.maxFileBytes,
    },
    run.signal,
  );
  const output = collect(git, run);
  if (run.stdin !== undefined && typeof run.stdin !== "number") {
    // Git closes the pipe if it exits early. Its exit code then indicates the reason.
    git.child.stdin?.on("error", () => {});
    git.child.stdin?.end(run.stdin);
  }
  const code = (await git.exited) ?? 128;
  const result = { code, stdout: output.stdout(), stderr: redact(output.stderr(), run.remote) };
  if (code === 0 || output.isCut() || run.answers?.includes(code)) return result;
  const verb = verbOf(run.args);
  const refused = run.remote ? remoteError(verb, result.stderr, run.remote, run.isPartOfPush) : null;
  throw (
    refused ??
    new AppError(
      "git_failed",
      withReason(`git ${verb} failed`, lastWords(result.stderr) || `exit code ${code}`),
    )
  );
}

/** Calls `runGit` and returns git's output without trailing white space. */
export async function gitText(run: GitRun): Promise<string> {
  return (await runGit(run)).stdout.toString("utf8").trimEnd();
}

/** Collects the last 64 KiB of a process's stderr. Returns a function that returns them as text. */
export function tailOf(child: GitProcess["child"]): () => string {
  const errors = new TailBuffer(maxErrorBytes);
  child.stderr.on("data", (chunk: Buffer) => errors.add(chunk));
  return () => errors.toText();
}

function collect(git: ReturnType<typeof startGit>, run: GitRun) {
  const limit = run.maxOutputBytes ?? maxOutputBytes;
  const output = new BoundedBuffer(limit);
  let isCut = false;
  git.child.stdout.on("data", (chunk: Buffer) => {
    if (output.add(chunk)) return;
    if (run.isCut) {
      isCut = true;
      git.kill();
    } else git.fail(new AppError("git_failed", `git ${verbOf(run.args)} printed more than ${limit} bytes.`));
  });
  return { stdout: () => output.toBuffer(), stderr: tailOf(git.child), isCut: () => isCut };
}
