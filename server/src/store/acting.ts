import { AsyncLocalStorage } from "node:async_hooks";
import type pg from "pg";
import type { AuditActor } from "../core/accounts/index.ts";
import { recordChanges } from "./keyed-request.ts";

/** Actor on whose behalf the current code runs. The audit log's triggers read it from the transaction. */
const acting = new AsyncLocalStorage<AuditActor>();

/**
 * Implements `Store.actingAs`. A nested actor keeps the outermost actor's address, because only the caller that handles
 * the connection accounts for proxies.
 */
export function actingAs<T>(actor: AuditActor, work: () => T): T {
  const outer = acting.getStore();
  const address = outer !== undefined && "address" in outer ? outer.address : null;
  return acting.run("address" in actor && address !== null ? { ...actor, address } : actor, work);
}

const reads = /^\s*select\b/i;

/** Starts a transaction on this connection and sets its actor, if there is one, in one message to the database. */
export async function beginAsActor(client: pg.PoolClient): Promise<void> {
  const actor = acting.getStore();
  const setActor =
    actor === undefined
      ? ""
      : `; select set_config('tembo.actor', ${client.escapeLiteral(JSON.stringify(actor))}, true)`;
  await client.query(`begin${setActor}`);
}

/** Wraps the pool, so that a single write by an actor runs in a transaction that sets the actor. */
export function actingPool(pool: pg.Pool): { query(query: pg.QueryConfig): Promise<pg.QueryResult> } {
  return {
    async query(query) {
      const actor = acting.getStore();
      const isRead = reads.test(query.text) && !query.text.includes("record_audit(");
      if (actor === undefined || isRead) return pool.query(query);
      const client = await pool.connect();
      let broken: Error | undefined;
      const noteBroken = (error: Error) => {
        broken = error;
      };
      client.on("error", noteBroken);
      try {
        await beginAsActor(client);
        const result = await client.query(query);
        await recordChanges(client);
        await client.query("commit");
        return result;
      } catch (error) {
        await client.query("rollback").catch(noteBroken);
        throw error;
      } finally {
        client.off("error", noteBroken);
        client.release(broken);
      }
    },
  };
}
