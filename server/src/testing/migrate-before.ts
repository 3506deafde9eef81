import type pg from "pg";
import { migrate, readMigrations } from "../store/migrate.ts";

/** Applies all migrations before the migration with this number, such as "0030". A test can then add data in an older schema. */
export async function migrateBefore(pool: pg.Pool, number: string): Promise<void> {
  const migrations = await readMigrations();
  await migrate(pool, { migrations: migrations.filter(({ name }) => name < number) });
}
