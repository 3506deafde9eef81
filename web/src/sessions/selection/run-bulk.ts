import { APIConnectionError } from "@tembo-io/sdk";

/** Number of requests at a time. */
const MAX_RUNNING = 4;

export interface BulkResult<Item> {
  readonly done: readonly Item[];
  readonly failed: readonly { readonly item: Item; readonly error: unknown }[];
}

/**
 * Runs the work for each item, a few at a time. A failure does not stop the others, except a lost connection: then the
 * rest fails with the same error.
 */
export async function runBulk<Item>(
  items: readonly Item[],
  work: (item: Item) => PromiseLike<unknown>,
): Promise<BulkResult<Item>> {
  const [done, failed]: [Item[], { item: Item; error: unknown }[]] = [[], []];
  const waiting = [...items];
  let lost: unknown = null;
  const runNext = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        if (lost !== null) throw lost;
        await work(item);
        done.push(item);
      } catch (error) {
        if (error instanceof APIConnectionError) lost = error;
        failed.push({ item, error });
      }
    }
  };
  await Promise.all(Array.from({ length: MAX_RUNNING }, runNext));
  return { done, failed };
}
