import { stat } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { pino } from "pino";
import { type Config, type Environment, parseConfig, thisMachine } from "./config.ts";
import { AppError, type Logger, systemClock } from "./core/base/index.ts";
import type { Store } from "./core/ports.ts";
import { findRunningServer } from "./doctor/running-server.ts";
import { isCode } from "./postgres/errno.ts";
import { resolveLayout } from "./postgres/layout.ts";
import { requireDatabaseUser } from "./postgres/require-user.ts";
import { type EmbeddedPostgres, startPostgres } from "./postgres/start-postgres.ts";
import { withJoined } from "./start-joined-settings.ts";
import { createStore } from "./store/create-store.ts";

/** The database of an installation, for a command of its operator. */
export interface Installation {
  readonly url: string;
  /** Embedded PostgreSQL, or null with DATABASE_URL. */
  readonly postgres: EmbeddedPostgres | null;
  readonly pool: pg.Pool;
  readonly store: Store;
  readonly log: Logger;
}

/**
 * Returns the settings of the server that `findRunningServer` finds, or those of the shell. Throws `invalid_input` if they are not
 * valid.
 */
export async function findConfig(env: Environment): Promise<Config> {
  return (await findRunningServer(env, thisMachine()))?.config ?? readShellConfig(env);
}

/** Returns the settings of the shell, for a command that needs a stopped server. Throws `invalid_input` if they are not valid. */
export async function readShellConfig(env: Environment): Promise<Config> {
  return parseConfig(await withJoined(env, thisMachine()), thisMachine());
}

/**
 * Opens the database of an installation, whose server may be running. Starts the embedded PostgreSQL if it does not run, and stops it
 * with the cleanup. Throws `invalid_input` if the data folder has no database, instead of creating one, or if another user runs the
 * server. Otherwise, PostgreSQL's files would get another owner, and that server could not use them. Throws `conflict` if a command
 * excludes all other processes.
 */
export async function openInstallation(
  config: Pick<Config, "dataDir" | "databaseUrl">,
  cleanup: AsyncDisposableStack,
): Promise<Installation> {
  const log = pino({ level: "warn" }, pino.destination(2));
  let url = config.databaseUrl;
  let postgres: EmbeddedPostgres | null = null;
  if (url === null) {
    await requireDatabaseFolder(config.dataDir);
    const started = await startPostgres({ dataDir: config.dataDir, log });
    cleanup.defer(() => started.stop());
    postgres = started;
    url = started.url;
  }
  const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 10_000 });
  cleanup.defer(() => pool.end());
  const { store, close } = createStore({ pool, log, clock: systemClock, repositoryKey: (text) => text });
  cleanup.defer(close);
  return { url, postgres, pool, store, log };
}

/** Runs `work` with the database of an installation, and closes it afterwards. Throws the errors of `openInstallation`. */
export async function withDatabase<T>(
  config: Pick<Config, "dataDir" | "databaseUrl">,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  await using cleanup = new AsyncDisposableStack();
  return await work(await openInstallation(config, cleanup));
}

async function requireDatabaseFolder(dataDir: string): Promise<void> {
  const layout = resolveLayout(dataDir);
  try {
    await requireDatabaseUser(layout.data);
    await stat(join(layout.data, "PG_VERSION"));
  } catch (cause) {
    if (!isCode(cause, "ENOENT")) throw cause;
    throw new AppError(
      "invalid_input",
      `${dataDir} contains no database. Set TEMBO_DATA_DIR or DATABASE_URL to the value that the server uses.`,
      { cause },
    );
  }
}
