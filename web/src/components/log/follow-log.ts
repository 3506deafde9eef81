export interface ShownLog {
  readonly text: string;
  /** Final status of the program that writes the log, or null while it has not ended. */
  readonly status: string | null;
  /** The error that ended the stream, or null. */
  readonly error: unknown;
}

export const noLog: ShownLog = { text: "", status: null, error: null };

/**
 * Shows the log as it grows, and then its end or the error of its stream. `schedule` calls its argument soon. Pieces that
 * arrive before the call are shown together. Shows nothing after the signal aborts.
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
      change({ text: next.text + value });
    }
  } catch (error) {
    change({ error });
  }
}
