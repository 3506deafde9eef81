/**
 * Rotates the master key, and kills itself with SIGKILL before the n-th operation on the file or the database. If there are fewer operations, the
 * rotation completes.
 * Usage: node rotate-and-die.ts DATABASE_URL KEY_FILE N
 */
import pg from "pg";
import { rotateMasterKey } from "../core/access/index.ts";
import { systemClock } from "../core/base/index.ts";
import type { Store, Transaction } from "../core/ports.ts";
import { createStore } from "../store/create-store.ts";
import { openSharedVault } from "../vault/open-shared-vault.ts";

const [databaseUrl, file, last] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl!, max: 2 });
const log = { info() {}, warn() {}, error() {} };
const { store, close } = createStore({ pool, log, clock: systemClock, repositoryKey: (url) => url });
const { vault, masterKeys } = await openSharedVault({ file: file!, store });

let acts = 0;
function act(): void {
  if (++acts === Number(last)) process.kill(process.pid, "SIGKILL");
}

/** Wraps an object and counts each method call as an operation. */
function counted<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        act();
        return value.apply(object, args) as unknown;
      };
    },
  });
}

const countedStore: Store = {
  ...store,
  transaction: async (work) => {
    const result = await store.transaction(async (tx) => {
      const counting: Transaction = { ...tx, secrets: counted(tx.secrets) };
      const done = await work(counting);
      act();
      return done;
    });
    act();
    return result;
  },
};
await rotateMasterKey({ store: countedStore, vault, masterKeys: counted(masterKeys) }, 2);
await close();
await pool.end();
