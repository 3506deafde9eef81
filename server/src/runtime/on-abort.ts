import { createRelease, type Release } from "./release.ts";

/**
 * Calls the listener once when the signal aborts, and at once when it has aborted already. The caller releases the listener as soon
 * as its work ends: a signal that lives longer would keep it, and everything that it refers to.
 */
export function onAbort(signal: AbortSignal, listener: () => void): Release {
  if (signal.aborted) {
    listener();
    return createRelease(() => {});
  }
  // The event would be passed to the listener as an argument.
  const listen = () => listener();
  signal.addEventListener("abort", listen, { once: true });
  return createRelease(() => signal.removeEventListener("abort", listen));
}

/** Resolves when the signal aborts. The signal keeps the promise, so both should live equally long. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  onAbort(signal, resolve);
  return promise;
}

/** Settles as the work does, or rejects with the signal's reason when the signal aborts first. */
export async function rejectOnAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  using _ = onAbort(signal, () => reject(signal.reason));
  return await Promise.race([promise, work]);
}

/** Settles as the work does, or resolves to `value` when the signal aborts first. */
export async function resolveOnAbort<T, V>(work: Promise<T>, signal: AbortSignal, value: V): Promise<T | V> {
  const { promise, resolve } = Promise.withResolvers<V>();
  using _ = onAbort(signal, () => resolve(value));
  return await Promise.race([promise, work]);
}
