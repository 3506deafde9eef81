import { onAbort } from "./on-abort.ts";

export interface DelayOptions {
  /** If false, the process may exit while the delay is pending. */
  readonly keepsProcess?: boolean;
}

/** Waits for `ms` milliseconds. Rejects with the signal's reason if the signal aborts first. */
export async function delay(
  ms: number,
  signal?: AbortSignal,
  { keepsProcess = true }: DelayOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  if (!keepsProcess) timer.unref();
  using _ = signal && onAbort(signal, () => reject(signal.reason));
  try {
    await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for `ms` milliseconds, or until the signal aborts. */
export async function delayOrAbort(ms: number, signal: AbortSignal, options?: DelayOptions): Promise<void> {
  // `delay` rejects only on an abort.
  await delay(ms, signal, options).catch(() => {});
}
