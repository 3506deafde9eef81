type Work = (signal: AbortSignal) => Promise<unknown>;
type Results<T extends readonly Work[]> = { -readonly [K in keyof T]: Awaited<ReturnType<T[K]>> };

/**
 * Runs work concurrently and returns the results in order. After the first failure, aborts the signal of the rest, waits
 * until all of it has settled, and throws that failure. Nothing therefore continues after the call.
 */
export async function runTogether<const T extends readonly Work[]>(
  work: T,
  signal: AbortSignal,
): Promise<Results<T>> {
  const failed = new AbortController();
  const within = AbortSignal.any([signal, failed.signal]);
  let first: { readonly cause: unknown } | null = null;
  const settled = await Promise.allSettled(
    work.map(async (run) => {
      try {
        return await run(within);
      } catch (cause) {
        first ??= { cause };
        failed.abort(cause);
        throw cause;
      }
    }),
  );
  if (first !== null) throw (first as { readonly cause: unknown }).cause;
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as Results<T>;
}
