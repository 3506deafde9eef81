import type { Readable } from "node:stream";
import { AppError, withStartReason } from "../../core/base/index.ts";
import { onAbort } from "../../runtime/on-abort.ts";
import { TailBuffer } from "../../runtime/tail-buffer.ts";
import { startFromStarter } from "../../starter/start-from-starter.ts";
import type { StartedProgram } from "../../starter/starter.ts";

export interface FindInput {
  readonly args: readonly string[];
  /** Called with the fields of each line of output. Returns false to stop the search. */
  readonly onLine: (words: readonly string[]) => boolean;
  readonly maxMs: number;
  readonly signal: AbortSignal;
  /** True if the search may have no results. Otherwise, empty output is an error, because find always lists the folder itself. */
  readonly mayBeEmpty?: boolean;
}

/** Memory limit of find. It is sufficient for millions of files, but not for folders nested a million levels deep. */
const maxMemoryBytes = 512 * 1024 ** 2;
const maxErrorBytes = 300;

/**
 * Runs find(1) with low priority and limited memory. Kills it and returns `ended_early` when `onLine` returns false, when `signal` aborts or
 * after `maxMs`. If the server is not root, runs find in a user namespace. In it, find can read files that programs made unreadable for their
 * user, which is also the server's user.
 */
export async function runFind(input: FindInput): Promise<"complete" | "ended_early" | Error> {
  const asRoot = process.getuid?.() === 0;
  const first = await run(asRoot ? [] : ["unshare", "--user", "--map-root-user", "--"], input);
  // If user namespaces are not allowed, measures the files that are readable without one.
  return first instanceof Error && !asRoot ? run([], input) : first;
}

async function run(before: readonly string[], input: FindInput): Promise<"complete" | "ended_early" | Error> {
  const { args, onLine, maxMs, signal, mayBeEmpty = false } = input;
  if (signal.aborted) return "ended_early";
  let program: StartedProgram<readonly [1, 2]>;
  try {
    program = startFromStarter({
      argv: [...before, "find", ...args],
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C" },
      niceness: 19,
      maxMemoryBytes,
      streams: [1, 2],
    });
  } catch (cause) {
    return cannotStart(cause);
  }
  let isEnded = false;
  const end = () => {
    isEnded = true;
    program.kill();
  };
  const timer = setTimeout(end, maxMs);
  using _ = onAbort(signal, end);
  const [stdout, stderr] = program.streams;
  // find prints a line for each folder that is unreadable or missing. The server stores only the end of the output.
  const errors = new TailBuffer(maxErrorBytes);
  stderr.on("data", (chunk: Buffer) => errors.add(chunk));
  let lines = 0;
  let rest = "";
  stdout.on("data", (chunk: Buffer) => {
    const parts = (rest + chunk.toString("latin1")).split("\n");
    rest = parts.pop()!;
    for (const line of parts) {
      if (isEnded) return;
      lines += 1;
      if (!onLine(line.split(" "))) end();
    }
  });
  try {
    const [found] = await Promise.all([program.ended, finished(stdout), finished(stderr)]);
    if (isEnded) return "ended_early";
    if (found instanceof Error) return cannotStart(found);
    const { code, signal: killedBy } = found;
    const message = errors.toText().trim();
    // Exit code 1 means that a file was unreadable or missing, which is normal while programs run.
    if (code === 0 || (code === 1 && (lines > 0 || mayBeEmpty) && !isExhausted(message))) return "complete";
    return new AppError(
      "sandbox_unavailable",
      message.split("\n").at(-1) || `find exited with ${code ?? killedBy}`,
    );
  } finally {
    clearTimeout(timer);
  }
}

const finished = (stream: Readable) =>
  new Promise<void>((resolve) => stream.once("end", resolve).once("close", resolve));

const cannotStart = (cause: unknown) =>
  new AppError("sandbox_unavailable", withStartReason("find could not be started", cause), { cause });

const isExhausted = (stderr: string): boolean => /memory exhausted|Cannot allocate/i.test(stderr);
