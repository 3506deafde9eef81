import pg from "pg";
import type { Config } from "../config.ts";
import { hourMs, reason } from "../core/base/index.ts";
import { databaseUrl, resolveLayout } from "../postgres/layout.ts";
import { type Check, failed, passed } from "./check.ts";

const name = "stored state";
const timeoutMs = 5_000;
/** A worker checks the stored state every hour. */
const staleMs = 3 * hourMs;
/** Maximum number of differences that one check shows. */
const maxItems = 20;

interface Row {
  readonly name: string;
  readonly ageMs: number;
  readonly fixed: number;
  readonly openItems: readonly string[];
}

/**
 * Shows the newest results of the reconciliation. Returns no check if the database cannot be reached because no server
 * runs, or if it has no such results. The check is not required.
 */
export async function checkState(
  config: Pick<Config, "databaseUrl" | "dataDir">,
  isServerRunning: boolean,
): Promise<Check[]> {
  if (config.databaseUrl === null && !isServerRunning) return [];
  const connectionString = config.databaseUrl ?? databaseUrl(resolveLayout(config.dataDir));
  try {
    const rows = await readResults(connectionString);
    return rows === null ? [] : [judge(rows)];
  } catch (cause) {
    const fix = 'Fix the problem that the check "database" or the PostgreSQL log reports.';
    return [failed(name, `the results cannot be read: ${reason(cause)}`, fix, false)];
  }
}

/** Returns null if the database has not been migrated to this version. */
async function readResults(connectionString: string): Promise<Row[] | null> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  // A lost connection also rejects the pending query, which reports the loss.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const table = await client.query<{ exists: boolean }>(
      "select to_regclass('state_checks') is not null as exists",
    );
    if (table.rows[0]?.exists !== true) return null;
    const { rows } = await client.query<Row>(
      `select name, (extract(epoch from now() - checked_at) * 1000)::float8 as "ageMs", fixed,
         array(select distinct unnest(open_items || earlier_items) order by 1 limit ${maxItems}) as "openItems"
       from state_checks order by name`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

/** Pure. */
function judge(rows: readonly Row[]): Check {
  if (rows.length === 0) return passed(name, "not checked yet; a worker checks it every hour", false);
  const open = rows.filter(({ openItems }) => openItems.length > 0);
  if (open.length > 0) {
    const items = open.map((row) => `${row.name}: ${row.openItems.join(", ")}`).join("; ");
    const fix = 'See "Differences in the stored state" in docs/guides/troubleshooting.md.';
    return failed(name, `has differences that need attention (${items})`, fix, false);
  }
  const oldestMs = Math.max(...rows.map(({ ageMs }) => ageMs));
  const minutes = Math.round(oldestMs / 60_000);
  if (oldestMs > staleMs) {
    const fix = 'Start a worker with "tembo worker". If one runs, its log shows why a check fails.';
    return failed(name, `the last complete check was ${minutes} minutes ago`, fix, false);
  }
  const fixed = rows.reduce((sum, row) => sum + row.fixed, 0);
  return passed(name, `checked ${minutes} minutes ago; differences corrected: ${fixed}`, false);
}
