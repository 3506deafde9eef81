import { AppError, type TurnLease } from "../../core/base/index.ts";
import { type Query, query } from "./query.ts";
import type { Sql } from "./sql.ts";

/** Returns a call for the `from` of a write. It returns a row while the lease holds, and fails with `fenced` afterwards. */
export const holdLease = ({ sessionId, turnId, attempt }: TurnLease): Query =>
  query`hold_lease(${sessionId}, ${turnId}, ${attempt})`;

/**
 * Runs a write that calls `holdLease` and returns something: a write that finds no row may never have called it. Gives the first
 * row. Throws `fenced`, or `not_found` with the sentence.
 */
export async function writeUnderLease<R = void>(
  sql: Sql,
  lease: TurnLease,
  write: { readonly statement: Query; readonly otherwise: string },
): Promise<R> {
  const [row] = await sql.rows<R>(write.statement);
  if (row !== undefined) return row;
  await sql.rows(query`select ${holdLease(lease)}`);
  throw new AppError("not_found", write.otherwise);
}
