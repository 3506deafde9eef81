import pg from "pg";
import { AppError, withReason } from "../core/base/index.ts";

/** Sets what changes the text of values, and removes limits of the server or role that would end a long statement. */
export async function useNeutralSettings(client: pg.ClientBase): Promise<void> {
  await client.query(`
    set local datestyle = 'ISO'; set local intervalstyle = 'postgres'; set local bytea_output = 'hex';
    set local extra_float_digits = 3; set local row_security = off; set local synchronize_seqscans = off;
    set local statement_timeout = 0; set local lock_timeout = '30s'; set local idle_in_transaction_session_timeout = 0`);
  // Only PostgreSQL 17 and later have this setting.
  await client.query(
    "select set_config(name, '0', true) from pg_settings where name = 'transaction_timeout'",
  );
}

/** Returns an error that says what to change if the database refused a statement, or the error itself. */
export function explainRefusal(cause: unknown, work: "read" | "write"): unknown {
  if (!(cause instanceof pg.DatabaseError)) return cause;
  const explain = (code: "invalid_input" | "unavailable" | "conflict", problem: string, fix: string) =>
    new AppError(code, `${withReason(problem, cause)} ${fix}`, { cause });
  if (cause.code === "42501")
    return explain(
      "invalid_input",
      `The user of DATABASE_URL may not ${work} the database`,
      work === "read"
        ? "Use the user of the server, which owns the tables."
        : "Use a user that owns the database, and that may create schemas in it.",
    );
  if (cause.code === "2BP01")
    return explain(
      "conflict",
      "Objects of another program depend on Tembo's tables",
      `Drop them, try again, and create them again: ${(cause.detail ?? "").split("\n").slice(0, 3).join("; ")}.`,
    );
  if (cause.code === "55P03")
    return explain("conflict", "Another process uses the tables", "Stop it, and try again.");
  return cause;
}
