import { AppError, type TurnLease } from "../../core/base/index.ts";
import { type Query, query } from "./query.ts";
import type { Sql } from "./sql.ts";

/**
 * Returns a function call for the `from` clause of a write. The call yields a row if the attempt holds the lease, and
 * fails with `fenced` otherwise.
 */
export const lockLease = ({ sessionId, turnId, attempt }: TurnLease): Query =>
  query`hold_lease(${sessionId}, ${turnId}, ${attempt})`;

/**
 * Runs a write that calls `lockLease`, and returns its first row. The write needs a `returning` clause: if it returns no row, PostgreSQL may never
 * have called `lockLease`, so the lease is then checked separately. Throws `fenced` if the attempt does not hold the lease, or `not_found` with the
 * message `otherwise` if the write returns no row.
 */
export async function writeUnderLease<R = void>(
  sql: Sql,
  lease: TurnLease,
  write: { readonly statement: Query; readonly otherwise: string },
): Promise<R> {
  const [row] = await sql.rows<R>(write.statement);
  if (row !== undefined) return row;
  await sql.rows(query`select ${lockLease(lease)}`);
  throw new AppError("not_found", write.otherwise);
}
