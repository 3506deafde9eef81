import type pg from "pg";

export type Row = Readonly<Record<string, unknown>>;

/** Inserts rows into one table with one statement. All rows must have the same columns as the first row. */
export async function writeRows(client: pg.ClientBase, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]!)
    .map((name) => `"${name}"`)
    .join(", ");
  await client.query({
    name: `fill ${table}`,
    text: `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)`,
    values: [JSON.stringify(rows)],
  });
}
