import type { EventData } from "@tembo/contract";
import pg from "pg";
import {
  AppError,
  type Clock,
  ignoreMeasurements,
  type Logger,
  limitRepeats,
  type Measure,
  type OpenTransaction,
  reason,
} from "../core/base/index.ts";
import type { Store, Transaction } from "../core/ports.ts";
import { actingAs, actingPool } from "./acting.ts";
import { followBuildLog } from "./follow-build-log.ts";
import { followChanges } from "./follow-changes.ts";
import { followEvents } from "./follow-events.ts";
import { followServiceLog } from "./follow-service-log.ts";
import { gatherReads } from "./gather-reads.ts";
import { createKeyCache, noteKeyChanges } from "./key-cache.ts";
import { handlingRequest } from "./keyed-request.ts";
import { createListener } from "./listener.ts";
import { createWaitOut } from "./lost-connection.ts";
import { readManyEvents } from "./queries/event/read-many-events.ts";
import { createQueries } from "./queries/queries.ts";
import { createSql } from "./queries/sql.ts";
import { type Clients, type Connections, runTransaction } from "./transaction.ts";

export interface StoreOptions {
  readonly pool: pg.Pool;
  readonly log: Logger;
  readonly clock: Clock;
  /** Normalizes a repository's URL, so that all spellings yield the same key. */
  readonly repositoryKey: (url: string) => string;
  /** Throws if an event does not match the contract. Tests set this check. Production omits it because of its cost. */
  readonly checkEvent?: ((data: EventData) => void) | undefined;
  /** Monotonic clock of the cache of API keys, which tests set. */
  readonly nowMs?: () => number;
  readonly measure?: Measure;
}

export interface CreatedStore {
  readonly store: Store;
  /** Returns the connection of a running transaction. The engine's adapter enqueues work on it. */
  readonly clientOf: (tx: OpenTransaction) => pg.PoolClient;
  /** Returns the queries of a running transaction. */
  readonly transactionOf: (tx: OpenTransaction) => Transaction;
  /** Closes the listening connection. The owner of the pool closes the pool. */
  readonly close: () => Promise<void>;
}

/** Creates the store on PostgreSQL. `migrate` must have run. */
export function createStore({
  pool,
  log: whole,
  clock,
  repositoryKey,
  checkEvent,
  nowMs,
  measure = ignoreMeasurements,
}: StoreOptions): CreatedStore {
  const log = limitRepeats(whole);
  pool.on("error", (error) => log.warn({ reason: reason(error) }, "idle database connection lost"));
  const waitOut = createWaitOut({ log });
  const onKeyChange = () => keys.forget();
  const context = { clock, repositoryKey, checkEvent };
  const sql = createSql(noteKeyChanges(actingPool(pool), onKeyChange), waitOut);
  const queries = createQueries(sql, context);
  const clients: Clients = new WeakMap();
  const connections: Connections = new WeakMap();
  const read = gatherReads((asked, limit) => readManyEvents(sql, asked, limit));
  const listener = createListener({ connect: () => new pg.Client(pool.options), log });
  const keys = createKeyCache({
    find: queries.apiKeys.findByTokenHash,
    ...{ listener, clock },
    ...(nowMs !== undefined && { nowMs }),
  });

  return {
    store: {
      ...queries,
      apiKeys: { ...queries.apiKeys, findByTokenHash: keys.find },
      transaction: (work) =>
        waitOut(() => runTransaction(pool, { ...context, clients, connections, onKeyChange }, work)),
      actingAs,
      handlingRequest,
      followEvents: (sessionId, afterSeq, signal) =>
        followEvents({ read, listener, clock, measure }, { sessionId, afterSeq, signal }),
      followBuildLog: (buildId, afterSeq, signal) =>
        followBuildLog({ sql, builds: queries.projectBuilds, listener }, { buildId, afterSeq, signal }),
      followServiceLog: (service, afterSeq, signal) =>
        followServiceLog({ ...queries, listener }, { ...service, afterSeq, signal }),
      followAccess: (organizationId, signal) => followChanges(listener, [organizationId], signal),
      followSessionChanges: ({ organizationId, userId }, signal) =>
        followChanges(
          listener,
          [`sessions/${organizationId}`, `sessions/${organizationId}/${userId}`],
          signal,
        ),
    },
    clientOf: (tx) => clientOf(clients, tx),
    transactionOf(tx) {
      clientOf(clients, tx);
      return tx as Transaction;
    },
    close: () => listener.close(),
  };
}

function clientOf(clients: Clients, tx: OpenTransaction): pg.PoolClient {
  const client = clients.get(tx);
  if (client === undefined) {
    throw new AppError("internal", "The transaction has ended. Enqueue before its work returns.");
  }
  return client;
}
