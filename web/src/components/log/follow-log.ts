import { maxBuildLogBytes, maxServiceLogBytes } from "@tembo-io/sdk";

/** Characters that remain of a text that is too long. The server stores at most this many bytes of a log. */
const keptLength = Math.max(maxBuildLogBytes, maxServiceLogBytes);
/** Largest shown text, in characters. It exceeds the kept length, so that not every piece shortens the text. */
export const maxShownLength = keptLength * (9 / 8);

/** Largest part of a line, in characters, that is dropped so that the text begins with a whole line. */
const maxPartLength = 4_096;

export interface ShownLog {
  readonly text: string;
  /** True if the page has dropped the beginning of the log, because the log is too long. */
  readonly isCut: boolean;
  /** Final status of the program that writes the log, or null while it has not ended. */
  readonly status: string | null;
  /** The error that ended the stream, or null. */
  readonly error: unknown;
}

export const noLog: ShownLog = { text: "", isCut: false, status: null, error: null };

/**
 * Shows the log as it grows, and then its end or the error of its stream. `schedule` calls its argument soon. Pieces that
 * arrive before the call are shown together. Shows nothing after the signal aborts. Keeps only the end of a long
 * log, because a service can print without end.
 */
export async function followLog(
  log: AsyncGenerator<string, string | null, undefined>,
  show: (log: ShownLog) => void,
  { schedule, signal }: { readonly schedule: (show: () => void) => void; readonly signal: AbortSignal },
): Promise<void> {
  let next = noLog;
  let isScheduled = false;
  const change = (by: Partial<ShownLog>) => {
    next = { ...next, ...by };
    if (isScheduled) return;
    isScheduled = true;
    schedule(() => {
      isScheduled = false;
      if (!signal.aborted) show(next);
    });
  };
  try {
    for (;;) {
      const { done, value } = await log.next();
      if (done) return change({ status: value });
      change(withPiece(next, value));
    }
  } catch (error) {
    change({ error });
  }
}

/** Adds a piece to the text. Drops the beginning of a text that is too long, up to the end of a line that is not too long. Pure. */
function withPiece({ text, isCut }: ShownLog, piece: string): Pick<ShownLog, "text" | "isCut"> {
  const whole = text + piece;
  if (whole.length <= maxShownLength) return { text: whole, isCut };
  const end = whole.slice(-keptLength);
  const lineEnd = end.slice(0, maxPartLength).indexOf("\n");
  return { text: end.slice(lineEnd + 1), isCut: true };
}
