/**
 * Settles like the work. If the work takes longer than the timeout, returns or throws what `onTimeout` does. The work itself continues;
 * only the wait ends.
 */
export async function withTimeout<T, L>(
  work: Promise<T>,
  timeoutMs: number,
  onTimeout: () => L,
): Promise<T | L> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, timeoutMs);
  try {
    return await Promise.race([work, late.promise.then(onTimeout)]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves to true, or to false if the work takes longer than the timeout. Rejects if the work rejects before the timeout. */
export function settlesWithin(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  return withTimeout(
    work.then(() => true),
    timeoutMs,
    () => false,
  );
}
