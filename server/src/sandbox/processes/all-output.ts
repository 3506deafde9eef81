import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { settlesWithin } from "../../runtime/with-timeout.ts";

/** Time limit for the last output of processes that have ended. It has already been sent. */
const outputWithinMs = 1_000;

/** Resolves once everything has been read from a stream whose writers have ended. Requires a reader. */
export async function allOutput(stream: Readable): Promise<void> {
  await settlesWithin(
    finished(stream, { writable: false }).catch(() => {}),
    outputWithinMs,
  );
}
