import type pg from "pg";
import { AppError, type OpenTransaction } from "../core/base/index.ts";
import type { Queries, Transaction } from "../core/ports.ts";
import { beginAsActor } from "./acting.ts";
import { noteKeyChanges } from "./key-cache.ts";
import { recordChanges } from "./keyed-request.ts";
import { createQueries, type QueryContext } from "./queries/queries.ts";
import { createSql } from "./queries/sql.ts";

/** Connections of running transactions. */
export type Clients = WeakMap<OpenTransaction, pg.PoolClient>;

/** Queries of a connection, which its transactions use one after another. */
interface Connection {
  readonly queries: Queries;
  /** True if the current transaction may have changed a cached key. */
  hasKeyChange: boolean;
}

/** Creating all queries takes as long as a short transaction, so each connection keeps them. */
export type Connections = WeakMap<pg.PoolClient, Connection>;

/** Runs one attempt of a transaction on a separate connection. Discards a connection that may not be clean. */
export async function runTransaction<T>(
  pool: pg.Pool,
  context: QueryContext & {
    readonly clients: Clients;
    readonly connections: Connections;
    readonly onKeyChange: () => void;
  },
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A checked-out client that loses its connection between two queries reports the loss only by this event.
  const noteBroken = (error: Error) => {
    broken = error;
  };
  client.on("error", noteBroken);
  const connection = connectionOf(client, context);
  connection.hasKeyChange = false;
  const tx: Transaction = { ...connection.queries };
  context.clients.set(tx, client);
  try {
    await beginAsActor(client);
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
    if (connection.hasKeyChange) context.onKeyChange();
    context.clients.delete(tx);
    client.off("error", noteBroken);
    client.release(broken);
  }
}

function connectionOf(
  client: pg.PoolClient,
  context: QueryContext & { readonly connections: Connections },
): Connection {
  const known = context.connections.get(client);
  if (known !== undefined) return known;
  const noted = noteKeyChanges(client, () => {
    connection.hasKeyChange = true;
  });
  const sql = createSql(noted, (call) => call());
  const connection: Connection = { queries: createQueries(sql, context), hasKeyChange: false };
  context.connections.set(client, connection);
  return connection;
}
