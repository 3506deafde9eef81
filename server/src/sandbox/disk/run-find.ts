import { spawn } from "node:child_process";
import { once } from "node:events";
import { AppError, reason } from "../../core/base/index.ts";
import { onAbort } from "../../runtime/on-abort.ts";

export interface FindInput {
  readonly args: readonly string[];
  /** The words of one line of output; false ends the search. */
  readonly onLine: (words: readonly string[]) => boolean;
  readonly maxMs: number;
  readonly signal: AbortSignal;
  /** Otherwise no output means that it did not work: a folder itself is always found. */
  readonly mayBeEmpty?: boolean;
}

/** More than a tree of millions of files needs; folders nested a million deep would take more. */
const maxMemoryBytes = 512 * 1024 ** 2;

/**
 * Runs find(1) at low priority with bounded memory, killed when `signal` aborts or time is up. Not root: in a user namespace
 * where our own user may read what it has closed to itself, since the sandbox's user is the same one.
 */
export async function runFind(input: FindInput): Promise<"complete" | "ended_early" | Error> {
  const asRoot = process.getuid?.() === 0;
  const first = await run(asRoot ? [] : ["unshare", "--user", "--map-root-user", "--"], input);
  // Where user namespaces are refused: what can be read without one.
  return first instanceof Error && !asRoot ? run([], input) : first;
}

async function run(before: readonly string[], input: FindInput): Promise<"complete" | "ended_early" | Error> {
  const { args, onLine, maxMs, signal, mayBeEmpty = false } = input;
  if (signal.aborted) return "ended_early";
  const argv = ["-n", "19", "prlimit", `--as=${maxMemoryBytes}`, ...before, "find", ...args];
  const child = spawn("nice", argv, {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let isEnded = false;
  const end = () => {
    isEnded = true;
    child.kill("SIGKILL");
  };
  const timer = setTimeout(end, maxMs);
  using _ = onAbort(signal, end);
  let said = "";
  // A line for each folder that cannot be read or is gone: only the last are of use.
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("latin1")).slice(-300);
  });
  let lines = 0;
  let rest = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const parts = (rest + chunk.toString("latin1")).split("\n");
    rest = parts.pop()!;
    for (const line of parts) {
      if (isEnded) return;
      lines += 1;
      if (!onLine(line.split(" "))) end();
    }
  });
  try {
    const [code, killedBy] = await once(child, "close");
    if (isEnded) return "ended_early";
    // 1 says that something was not readable or gone. That is the walk's life among running programs.
    if (code === 0 || (code === 1 && (lines > 0 || mayBeEmpty) && !isExhausted(said))) return "complete";
    return new AppError(
      "sandbox_unavailable",
      said.trim().split("\n").at(-1) || `find ended with ${code ?? killedBy}`,
    );
  } catch (cause) {
    return new AppError("sandbox_unavailable", `find could not be started: ${reason(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

const isExhausted = (said: string): boolean => /memory exhausted|Cannot allocate/i.test(said);
