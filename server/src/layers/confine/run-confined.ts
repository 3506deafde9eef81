import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError, withReason } from "../../core/base/index.ts";
import { type ConfinedEnd, type ConfinedLaunch, type LayerOwner, startConfined } from "./start-confined.ts";

/** Stream of bytes for a program's input. */
export type Bytes = AsyncIterable<Uint8Array>;

/**
 * Runs a confined program to its end. Writes `input` to it, and passes its output to `useOutput`, or discards the output. Throws the error of
 * `input` or of `useOutput`, or `unavailable` if the program fails.
 */
export async function runConfined(
  owner: LayerOwner | null,
  launch: ConfinedLaunch & { readonly input?: Bytes; readonly useOutput?: (chunk: Buffer) => void },
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const { stdin, stdout, ended } = startConfined(owner, launch, AbortSignal.any([signal, stop.signal]));
  const failures: unknown[] = [];
  const fail = (cause: unknown) => {
    failures.push(cause);
    stop.abort();
  };
  // Not awaited: once the program has ended, its input does not matter, and the source may wait for a network.
  feed(launch.input ?? [], stdin, fail);
  const used = drain(stdout, launch.useOutput ?? (() => {}), fail);
  const [end] = await Promise.allSettled([ended, used]);
  signal.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  if (end.status === "rejected") throw end.reason;
  if (end.value.code !== 0)
    throw new AppError("unavailable", withReason(`${launch.argv[0]} failed`, reasonOf(end.value)));
}

/** Explains the failure of a confined program. The result is untrusted text. */
export const reasonOf = ({ words, exceeded }: ConfinedEnd): string =>
  exceeded === null ? words || "it was killed" : `it needs more than ${exceeded}`;

/** Writes the input to a program. Ignores that the program closes its input early, because its exit code states the reason. */
export async function feed(
  input: Bytes | Iterable<Uint8Array>,
  stdin: Writable,
  fail: (cause: unknown) => void,
): Promise<void> {
  const watched = (async function* () {
    try {
      yield* input;
    } catch (cause) {
      fail(cause);
      throw cause;
    }
  })();
  await pipeline(watched, stdin).catch(() => {});
}

async function drain(
  stdout: NodeJS.ReadableStream,
  use: (chunk: Buffer) => void,
  fail: (cause: unknown) => void,
): Promise<void> {
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      try {
        use(chunk);
        done();
      } catch (cause) {
        fail(cause);
        done(cause as Error);
      }
    },
  });
  await pipeline(stdout, sink).catch(() => {});
}
