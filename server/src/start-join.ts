import pg from "pg";
import { pino } from "pino";
import manifest from "../package.json" with { type: "json" };
import { type Config, type Environment, parseConfig, thisMachine } from "./config.ts";
import { createJoinToken } from "./core/accounts/index.ts";
import { AppError, type Logger, systemClock, type Vault, withReason } from "./core/base/index.ts";
import type { Store } from "./core/ports.ts";
import { findRunningServer } from "./doctor/running-server.ts";
import type { HttpOptions } from "./http/server.ts";
import { findBlobProblem, findWorkerDatabase } from "./join/check-shared-settings.ts";
import { type JoinAnswer, joinPath } from "./join/join-answer.ts";
import { joinKeysOf, newJoinToken, storedPartsOf } from "./join/join-keys.ts";
import { joinOutbound, joinUrl, requestJoin } from "./join/request-join.ts";
import { createServeJoin } from "./join/serve-join.ts";
import { requireNotJoined, writeJoined } from "./start-joined-settings.ts";
import { createStore } from "./store/create-store.ts";
import { newestMigration } from "./store/migrate.ts";
import { formatMasterKeys, readMasterKeys } from "./vault/master-key-file.ts";
import { openSharedVault } from "./vault/open-shared-vault.ts";

const connectTimeoutMs = 10_000;

/** Returns the route for machines that join. */
export async function createJoins(
  config: Config,
  { store, vault, log }: { readonly store: Store; readonly vault: Vault; readonly log: Logger },
): Promise<NonNullable<HttpOptions["joins"]>> {
  const version = await joinVersion();
  const answer = () => answerOf(config);
  const serve = createServeJoin({ store, vault, clock: systemClock, log, version, answer });
  return { path: joinPath, serve };
}

/** Returns what a machine receives, or the reason why the settings do not permit other machines. */
function answerOf(config: Config): JoinAnswer | string {
  const database = findWorkerDatabase(config);
  if ("problem" in database) return database.problem;
  const problem = findBlobProblem(config.blobs);
  if (problem !== null) return problem;
  const keys = readMasterKeys(config.masterKeyFile);
  if (keys === null)
    throw new AppError("internal", `The master key file ${config.masterKeyFile} is missing.`);
  const publicUrl = config.publicUrl === null ? {} : { TEMBO_PUBLIC_URL: config.publicUrl };
  return {
    variables: { ...config.shared, ...publicUrl, DATABASE_URL: database.url },
    masterKey: formatMasterKeys(keys),
  };
}

/** Version that the server and the machines that join must share: of the product and of the database's schema. */
async function joinVersion(): Promise<string> {
  return `${manifest.version} (${(await newestMigration()).replace(/\.sql$/, "")})`;
}

/**
 * Runs `tembo worker token` on the server's machine: creates a token with which one machine can join. Requires the master
 * key and the database. Throws `invalid_input` if the server's settings do not permit other machines.
 */
export async function runWorkerToken(
  env: Environment,
  { minutes }: { readonly minutes: number },
): Promise<{ readonly token: string; readonly expiresAt: string; readonly url: string | null }> {
  const config = (await findRunningServer(env, thisMachine()))?.config ?? parseConfig(env, thisMachine());
  const answer = answerOf(config);
  if (typeof answer === "string") throw new AppError("invalid_input", answer);
  const log = pino({ level: "warn" }, pino.destination(2));
  await using cleanup = new AsyncDisposableStack();
  const pool = new pg.Pool({
    connectionString: config.databaseUrl!,
    max: 2,
    connectionTimeoutMillis: connectTimeoutMs,
  });
  cleanup.defer(() => pool.end());
  const { store, close } = createStore({ pool, log, clock: systemClock, repositoryKey: (url) => url });
  cleanup.defer(close);
  const { vault } = await openSharedVault({ file: config.masterKeyFile, store });
  const token = newJoinToken();
  const parts = storedPartsOf(joinKeysOf(token));
  const expiresAt = await createJoinToken({ store, vault, clock: systemClock }, parts, minutes * 60_000);
  return { token, expiresAt: expiresAt.toISOString(), url: config.publicUrl };
}

/**
 * Joins the installation of a server: stores its settings and its master key in this machine's empty data folder. Throws
 * `unavailable` if this machine cannot reach the database. It has joined then, and needs no other token.
 */
export async function joinInstallation(
  env: Environment,
  { url, token }: { readonly url: string; readonly token: string },
): Promise<void> {
  const { dataDir, privateHosts } = parseConfig(env, thisMachine());
  await requireNotJoined(dataDir);
  const place = { url, token, version: await joinVersion(), privateHosts };
  const base = joinUrl(place);
  const log = pino({ level: "warn" }, pino.destination(2));
  const { variables, masterKey } = await requestJoin(place, joinOutbound(base, { log, privateHosts }));
  const settings: Record<string, string> = { TEMBO_PUBLIC_URL: base.href.replace(/\/+$/, ""), ...variables };
  await writeJoined(dataDir, { variables: settings, masterKey });
  await requireDatabase(settings.DATABASE_URL!);
}

async function requireDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: connectTimeoutMs });
  try {
    await client.connect();
  } catch (cause) {
    const { hostname, port } = new URL(connectionString);
    const statement = `This machine has joined, but it cannot reach the database at ${hostname}:${port || 5432}`;
    throw new AppError(
      "unavailable",
      `${withReason(statement, cause)} Open the port for this machine, and run "tembo worker". It needs no other token. If the address is wrong, set DATABASE_URL here, or TEMBO_WORKER_DATABASE_URL on the server.`,
      { cause },
    );
  } finally {
    await client.end();
  }
}
