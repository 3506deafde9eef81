import { createHash } from "node:crypto";
import type pg from "pg";
import { translateError } from "../database-error.ts";
import { Query } from "./query.ts";
import { storableValue } from "./storable.ts";

/** Runs statements on any connection of the pool, or on the connection of a transaction. */
export interface Sql {
  /** Runs a statement that each connection prepares once. Use only a fixed set of statement texts. */
  readonly rows: Run;
  /**
   * Runs a statement that is planned for its actual values. Use it for searches, whose best plan depends on the search
   * terms.
   */
  readonly rowsWithFreshPlan: Run;
}

/**
 * Runs a statement and returns its rows. A plain text may contain up to six numbered placeholders. For more values, use
 * a `Query`.
 */
interface Run {
  <R>(query: Query): Promise<R[]>;
  <R>(text: string, values: readonly unknown[]): Promise<R[]>;
}

export interface Queryable {
  query(query: pg.QueryConfig): Promise<pg.QueryResult>;
}

/** Creates statements on a pool or a client. `around` wraps each call. */
export function createSql(target: Queryable, around: <T>(call: () => Promise<T>) => Promise<T>): Sql {
  const run = async <R>(query: pg.QueryConfig): Promise<R[]> => {
    try {
      return (await around(() => target.query(query))).rows as R[];
    } catch (error) {
      throw translateError(error);
    }
  };
  return {
    rows<R>(given: Query | string, values?: readonly unknown[]) {
      const statement = statementOf(given, values);
      return run<R>({ name: statementName(statement.text), ...statement });
    },
    rowsWithFreshPlan: <R>(given: Query | string, values?: readonly unknown[]) =>
      run<R>(statementOf(given, values)),
  };
}

function statementOf(given: Query | string, values: readonly unknown[] = []) {
  const { text, values: all } = given instanceof Query ? given : { text: given, values };
  return { text, values: all.map(storableValue) };
}

const names = new Map<string, string>();

/** Returns a name that is the same in every process, so that a connection pooler can share prepared statements. */
function statementName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = `tembo_${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
    names.set(text, name);
  }
  return name;
}

/** Escapes `text` and returns an ILIKE pattern that finds it anywhere. */
export const containing = (text: string) => `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`;
