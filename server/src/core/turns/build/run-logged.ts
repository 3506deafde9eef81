import type { Sandbox } from "../sandbox/sandbox.ts";
import type { BuildContext } from "./build-context.ts";

const maxTailLength = 8_000;

export interface LoggedCommand {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** Variables. Defaults to the secrets of the build. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each piece of the output, which is not masked. */
  readonly onText?: (text: string) => void;
}

export interface LoggedRun {
  readonly exitCode: number;
  /** End of the masked output, at most 8,000 characters. */
  readonly tail: string;
}

/**
 * Runs a program to its end, and appends both of its output streams to the build's log. The exit code is 137 if a signal
 * killed the program. Throws the signal's reason if the signal aborts, or `fenced` if the attempt lost the build.
 */
export async function runLogged(
  { output, secrets, masker }: Pick<BuildContext, "output" | "secrets" | "masker">,
  sandbox: Sandbox,
  { argv, cwd, env = secrets.environment, onText }: LoggedCommand,
  signal: AbortSignal,
): Promise<LoggedRun> {
  const stop = new AbortController();
  const child = sandbox.spawn(
    { argv: ["/bin/sh", "-c", 'exec 2>&1; exec "$@"', "sh", ...argv], cwd, env },
    AbortSignal.any([signal, stop.signal]),
  );
  child.stdin.end();
  child.stderr.resume();
  // Masks before it shortens, because masking cannot find a part of a secret.
  const masked = masker.openStream();
  let tail = "";
  const keep = (text: string) => {
    tail = (tail + text).slice(-maxTailLength);
  };
  try {
    for await (const text of child.stdout.setEncoding("utf8") as AsyncIterable<string>) {
      onText?.(text);
      keep(masked.push(text));
      await output.add(text);
    }
  } catch (cause) {
    stop.abort();
    await child.exited;
    signal.throwIfAborted();
    throw cause;
  }
  const { code } = await child.exited;
  signal.throwIfAborted();
  keep(masked.flush());
  return { exitCode: code ?? 137, tail };
}
