interface Closable {
  close(): Promise<void>;
}

/** Starts several things at once. When one does not start, those that did are closed, and its reason is thrown. */
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

/** One after the other, each whatever came of those before; what was never started is left out. Throws what they threw. */
export async function closeAll(things: readonly (Closable | undefined)[]): Promise<void> {
  const closing = new AsyncDisposableStack();
  for (const thing of things.toReversed()) closing.defer(async () => thing?.close());
  await closing.disposeAsync();
}
