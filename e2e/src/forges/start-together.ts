interface Closable {
  close(): Promise<void>;
}

/** Starts several resources concurrently. If one fails to start, closes the others and rethrows the error. */
export async function startTogether<const T extends readonly Closable[]>(
  ...starting: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  const ends = await Promise.allSettled(starting);
  const failed = ends.find((end) => end.status === "rejected");
  if (failed === undefined)
    return ends.map((end) => (end as PromiseFulfilledResult<Closable>).value) as unknown as T;
  await closeAll(ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : [])));
  throw failed.reason;
}

/**
 * Closes the resources in order and skips undefined ones. Closes all resources even if some throw, and then throws the
 * collected errors.
 */
export async function closeAll(things: readonly (Closable | undefined)[]): Promise<void> {
  const closing = new AsyncDisposableStack();
  for (const thing of things.toReversed()) closing.defer(async () => thing?.close());
  await closing.disposeAsync();
}
