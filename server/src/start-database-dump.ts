import pg from "pg";
import { type DatabaseFacts, listOwnNames } from "./backup/database-facts.ts";
import { dropDatabase, lockDatabase } from "./backup/drop-database.ts";
import { type DatabaseDump, type DatabaseParts, dumpDatabase, readAtOnce } from "./backup/dump-database.ts";
import { type LoadParts, loadDatabase, requireEmptyDatabase } from "./backup/load-database.ts";
import { createEngineSchema, engineSchema, readEngineVersion } from "./engine/engine-schema.ts";
import { awaitDatabase } from "./store/await-database.ts";
import { createSchema, readMigrations } from "./store/migrate.ts";

/** Writes the rows of the database at `url` to files below `folder`. Throws the errors of `dumpDatabase`. */
export async function dumpTo(
  folder: string,
  url: string,
  alsoRead?: (client: pg.ClientBase) => Promise<void>,
): Promise<DatabaseDump> {
  const parts = await databaseParts();
  return withClient(url, (client) => dumpDatabase(client, folder, parts, alsoRead));
}

/** Calls `read` as `dumpTo` calls `alsoRead`, without a dump. Throws the errors of `dumpDatabase`. */
export async function readFrom(url: string, read: (client: pg.ClientBase) => Promise<void>): Promise<void> {
  const parts = await databaseParts();
  await withClient(url, (client) => readAtOnce(client, parts, () => read(client)));
}

/** Fills the empty database at `url` from files below `folder`, or changes nothing. Throws the errors of `loadDatabase`. */
export async function loadFrom(folder: string, facts: DatabaseFacts, url: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query("begin");
    await requireEmptyDatabase(client);
    await loadDatabase(client, { facts, folder }, loadParts);
    await client.query("commit");
  });
}

/**
 * Replaces the database at `url` with files below `folder`, or changes nothing. Calls `requireUnused` when no other connection can use the
 * tables. Throws the errors of `lockDatabase` and `loadDatabase`.
 */
export async function replaceFrom(
  folder: string,
  facts: DatabaseFacts,
  {
    url,
    requireUnused,
    beforeCommit = async () => {},
  }: {
    readonly url: string;
    readonly requireUnused: (client: pg.ClientBase) => Promise<void>;
    /** Receives the ID of the transaction that replaces the database. */
    readonly beforeCommit?: (transaction: string) => Promise<void>;
  },
): Promise<void> {
  const { own } = await databaseParts();
  await withClient(url, async (client) => {
    const tables = await lockDatabase(client, own, engineSchema);
    await requireUnused(client);
    await dropDatabase(client, tables, { own, engineSchema });
    await loadDatabase(client, { facts, folder }, loadParts);
    const { rows } = await client.query<{ id: string }>("select pg_current_xact_id()::text as id");
    await beforeCommit(rows[0]!.id);
    await client.query("commit");
  });
}

/** Throws `conflict` if the database at `url` is not empty, and `unavailable` if it does not respond. */
export const requireEmptyAt = (url: string): Promise<void> => withClient(url, requireEmptyDatabase);

const loadParts: LoadParts = {
  engineSchema,
  async createSchema(client, { migrations, engineVersion }) {
    await createSchema(client, migrations);
    if (engineVersion !== null) await createEngineSchema(client, engineVersion);
  },
};

async function databaseParts(): Promise<DatabaseParts> {
  const migrations = await readMigrations();
  return { migrations, own: listOwnNames(migrations), engineSchema, readEngineVersion };
}

/** Runs `work` with a connection of its own. Closing it rolls back an open transaction. */
async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 });
  // A lost connection also rejects the pending query.
  pool.on("error", () => undefined);
  try {
    await awaitDatabase({ pool, connectionString: url, log, limitMs: 2_000 });
  } finally {
    await pool.end();
  }
  const client = new pg.Client({
    connectionString: url,
    application_name: "tembo backup",
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
  });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
