import { APIConnectionError, type BuildLogOptions } from "@tembo-io/sdk";
import type { Cli } from "./cli.ts";
import { maxAttempts } from "./commands/session/watch/follow.ts";
import { CommandError } from "./failure.ts";
import { asSentence } from "./sentence.ts";

interface LogSource<Result> {
  follow(options: BuildLogOptions): AsyncGenerator<string, Result, undefined>;
  /** Sentence for a connection that is lost after it was open. */
  readonly stillRuns: string;
  /** Command that follows the log again. */
  readonly again: string;
}

/**
 * Prints a log as it grows. With `--json`, prints one line per piece of it. Returns the result of the stream. Throws
 * `CommandError` if the connection is lost.
 */
export async function printLog<Result>(
  cli: Cli,
  { follow, stillRuns, again }: LogSource<Result>,
  signal: AbortSignal,
): Promise<Result> {
  let wasReached = false;
  const onOpen = () => {
    wasReached = true;
  };
  try {
    const log = follow({ signal, maxAttempts, onOpen })[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await log.next();
      if (done) return value;
      if (cli.isJson) cli.terminal.json({ text: value }, "line");
      else cli.terminal.flow(value);
    }
  } catch (cause) {
    // Throws the original error if the server was never reachable.
    if (!wasReached || !(cause instanceof APIConnectionError)) throw cause;
    throw new CommandError(`${asSentence(cause)} ${stillRuns}`, again, { cause });
  }
}
