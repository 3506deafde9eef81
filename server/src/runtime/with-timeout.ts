/**
 * Settles as the work does, or as `onTimeout` decides when the work takes longer: it returns a value, or throws. The work itself continues;
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

/** Resolves to false when the work takes longer. Rejects as the work does. */
export function settlesWithin(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  return withTimeout(
    work.then(() => true),
    timeoutMs,
    () => false,
  );
}
