import { createRelease, type Release } from "./release.ts";

/**
 * Calls the listener once when the signal aborts, or immediately if it has already aborted. The caller releases the
 * listener when its work ends. A signal that outlives the work would otherwise retain the listener and everything that
 * it refers to.
 */
export function onAbort(signal: AbortSignal, listener: () => void): Release {
  if (signal.aborted) {
    listener();
    return createRelease(() => {});
  }
  // Without the wrapper, the listener would receive the event as an argument.
  const listen = () => listener();
  signal.addEventListener("abort", listen, { once: true });
  return createRelease(() => signal.removeEventListener("abort", listen));
}

/** Resolves when the signal aborts. The signal retains the promise, so do not use it with a signal that lives longer than the caller. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  onAbort(signal, resolve);
  return promise;
}

/** Settles like the work, or rejects with the signal's reason if the signal aborts first. */
export async function rejectOnAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  using _ = onAbort(signal, () => reject(signal.reason));
  return await Promise.race([promise, work]);
}

/** Settles like the work, or resolves to `value` if the signal aborts first. */
export async function resolveOnAbort<T, V>(work: Promise<T>, signal: AbortSignal, value: V): Promise<T | V> {
  const { promise, resolve } = Promise.withResolvers<V>();
  using _ = onAbort(signal, () => resolve(value));
  return await Promise.race([promise, work]);
}
