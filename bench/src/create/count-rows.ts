import { deepEqual } from "node:assert/strict";
import type pg from "pg";

type Counts = Readonly<Record<string, number>>;

/**
 * Requires that both functions add the same number of rows to each table, so that the floor stays what the product
 * writes. Ignores the counts of the rate limits, which the floor does not have and the product writes rarely.
 */
export async function requireSameRows(
  pool: pg.Pool,
  product: () => Promise<unknown>,
  floor: () => Promise<unknown>,
): Promise<void> {
  const before = await countRows(pool);
  await product();
  const between = await countRows(pool);
  await floor();
  const after = await countRows(pool);
  deepEqual(
    added(between, after),
    added(before, between),
    "The floor must write the same rows as the product.",
  );
}

async function countRows(pool: pg.Pool): Promise<Counts> {
  const { rows: tables } = await pool.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'dbos') and tablename <> 'rate_limits'",
  );
  const counts = tables.map(
    ({ name }) => `select '${name}' as name, count(*)::integer as count from ${name}`,
  );
  const { rows } = await pool.query<{ name: string; count: number }>(counts.join(" union all "));
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

const added = (before: Counts, after: Counts): Counts =>
  Object.fromEntries(
    Object.entries(after)
      .map(([name, count]) => [name, count - before[name]!] as const)
      .filter(([, count]) => count !== 0),
  );
