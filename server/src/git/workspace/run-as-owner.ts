import { onAbort } from "../../runtime/on-abort.ts";
import { TailBuffer } from "../../runtime/tail-buffer.ts";
import { startFromStarter } from "../../starter/start-from-starter.ts";

const maxErrorBytes = 4_096;
const limitMs = 60_000;

export interface OwnerScript {
  /** Script of sh(1), and its arguments. */
  readonly script: string;
  readonly args: readonly string[];
  /** User that runs the script. Requires root. Defaults to the server's user. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/**
 * Runs a shell script without a fork of this process. Kills it after a minute, or when `signal` aborts. Throws an error with the end of its
 * error output if it does not exit with 0.
 */
export async function runAsOwner({ script, args, user }: OwnerScript, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const program = startFromStarter({
    argv: ["sh", "-c", script, "sh", ...args],
    env: { PATH: "/usr/bin:/bin" },
    ...(user && { user }),
    streams: [2],
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    program.kill();
  }, limitMs);
  using _ = onAbort(signal, () => program.kill());
  const [stderr] = program.streams;
  const errors = new TailBuffer(maxErrorBytes);
  stderr.on("data", (chunk: Buffer) => errors.add(chunk));
  const read = new Promise<void>((resolve) => stderr.once("end", resolve).once("close", resolve));
  try {
    const end = await program.ended;
    // If the starter has exited, a program of the script may still run and keep the stream open.
    if (end instanceof Error) stderr.destroy();
    await read;
    signal.throwIfAborted();
    if (end instanceof Error) throw end;
    if (isLate) throw new Error(`The script did not end within ${limitMs / 1_000} seconds.`);
    if (end.code !== 0)
      throw new Error(errors.toText().trim() || `The script exited with ${end.code ?? end.signal}.`);
  } finally {
    clearTimeout(timer);
  }
}
