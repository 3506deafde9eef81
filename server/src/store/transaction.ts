import type pg from "pg";
import { AppError, type OpenTransaction } from "../core/base/index.ts";
import type { Transaction } from "../core/ports.ts";
import { nameActor } from "./acting.ts";
import { noteKeyChanges } from "./key-cache.ts";
import { recordChanges } from "./keyed-request.ts";
import { createQueries, type QueryContext } from "./queries/queries.ts";
import { createSql } from "./queries/sql.ts";

/** Connections of running transactions. */
export type Clients = WeakMap<OpenTransaction, pg.PoolClient>;

/** Runs one attempt of a transaction on a separate connection. Discards a connection that may not be clean. */
export async function runTransaction<T>(
  pool: pg.Pool,
  context: QueryContext & { readonly clients: Clients; readonly onKeyChange: () => void },
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A checked-out client that loses its connection between two queries reports the loss only by this event.
  const noteBroken = (error: Error) => {
    broken = error;
  };
  client.on("error", noteBroken);
  let hasKeyChange = false;
  const noted = noteKeyChanges(client, () => {
    hasKeyChange = true;
  });
  const tx: Transaction = createQueries(
    createSql(noted, (call) => call()),
    context,
  );
  context.clients.set(tx, client);
  try {
    await client.query("begin");
    await nameActor(client);
    const result = await work(tx);
    await recordChanges(client);
    const { command } = await client.query("commit");
    if (command !== "COMMIT") {
      throw new AppError("internal", "A failed query was ignored, so the transaction was rolled back.");
    }
    return result;
  } catch (error) {
    await client.query("rollback").catch(noteBroken);
    throw error;
  } finally {
    // Also after a failure, because the database may have committed.
    if (hasKeyChange) context.onKeyChange();
    context.clients.delete(tx);
    client.off("error", noteBroken);
    client.release(broken);
  }
}
