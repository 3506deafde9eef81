/**
 * Returns a function that creates the value on its first call. Intl objects are slow to create, and no page needs all
 * of them.
 */
export function lazily<T>(create: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= create());
}
