import { AppError, type TurnLease } from "../../core/base/index.ts";
import type { Sql } from "./sql.ts";

/**
 * Runs a write that proves its lease with `hold_lease($1, $2, $3)`; `values` begin at `$4`. It ends in `returning`, since a
 * write that finds no row may never have asked for the lease. Gives the first row. Throws `fenced`, or `not_found` with the sentence.
 */
export async function writeUnderLease<R = void>(
  sql: Sql,
  lease: TurnLease,
  write: { readonly text: string; readonly values: readonly unknown[]; readonly otherwise: string },
): Promise<R> {
  const proof = [lease.sessionId, lease.turnId, lease.attempt];
  const [row] = await sql.rows<R>(write.text, [...proof, ...write.values]);
  if (row !== undefined) return row;
  await sql.rows("select hold_lease($1, $2, $3)", proof);
  throw new AppError("not_found", write.otherwise);
}
