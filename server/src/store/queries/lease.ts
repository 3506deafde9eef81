import { AppError, type TurnLease } from "../../core/base/index.ts";
import { type Query, query } from "./query.ts";
import type { Sql } from "./sql.ts";

/**
 * Returns a call for the `from` clause of a write. It returns a row while the lease is held, and fails with `fenced`
 * afterwards.
 */
export const lockLease = ({ sessionId, turnId, attempt }: TurnLease): Query =>
  query`hold_lease(${sessionId}, ${turnId}, ${attempt})`;

/**
 * Runs a write that calls `lockLease` and has a `returning` clause, because a write that finds no row may never have
 * called it. Returns the first row. Throws `fenced`, or `not_found` with the given message.
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
