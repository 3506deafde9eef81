import type { Store, Transaction } from "../core/ports.ts";
import { type TestStore, until } from "./test-store.ts";

/** Waits until a query of the test's database waits for a lock, or until `operation` has ended. */
export async function untilBlocked(t: TestStore, operation: Promise<unknown>): Promise<void> {
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
  };
  operation.then(end, end);
  await until(async () => {
    const { rowCount } = await t.database.pool.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return hasEnded || rowCount !== 0;
  });
}

/**
 * Runs `first` in a transaction that commits only after `second` waits for one of its locks or has ended. `second`
 * therefore cannot see what `first` writes until it has to wait. Returns the result of `second`.
 */
export async function overlap<T>(
  t: TestStore,
  first: (store: Store) => Promise<unknown>,
  second: (store: Store) => Promise<T>,
): Promise<T> {
  const running = await t.store.transaction(async (tx) => {
    await first({ ...t.store, ...tx, transaction: (work) => work(tx) });
    const operation = second(t.store);
    await untilBlocked(t, operation);
    // An array, because the transaction would wait for a promise.
    return [operation] as const;
  });
  return running[0];
}

/** Returns the store with other queries, also in its transactions. */
export const withQueries = (
  store: Store,
  replace: (queries: Transaction) => Partial<Transaction>,
): Store => ({
  ...store,
  ...replace(store),
  transaction: (work) => store.transaction((tx) => work({ ...tx, ...replace(tx) })),
});
