import { createHash } from "node:crypto";
import type pg from "pg";
import { translateError } from "../database-error.ts";
import { Query } from "./query.ts";
import { storableValue } from "./storable.ts";

/** Where statements run: any connection of the pool, or the one of a transaction. */
export interface Sql {
  /** Runs a statement that each connection prepares once; use a fixed set of texts. */
  readonly rows: Run;
  /** Plans for these very values: for searches, whose best plan depends on what is sought. */
  readonly rowsPlannedAnew: Run;
}

/** A short statement may number its values itself; one with more than six is a `Query`. */
interface Run {
  <R>(query: Query): Promise<R[]>;
  <R>(text: string, values: readonly unknown[]): Promise<R[]>;
}

interface Queryable {
  query(query: pg.QueryConfig): Promise<pg.QueryResult>;
}

/** Statements on a pool or a client. `around` wraps each one. */
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
    rowsPlannedAnew: <R>(given: Query | string, values?: readonly unknown[]) =>
      run<R>(statementOf(given, values)),
  };
}

function statementOf(given: Query | string, values: readonly unknown[] = []) {
  const { text, values: all } = given instanceof Query ? given : { text: given, values };
  return { text, values: all.map(storableValue) };
}

const names = new Map<string, string>();

/** The same in every process, so that a connection pooler may share prepared statements. */
function statementName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = `tembo_${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
    names.set(text, name);
  }
  return name;
}

/** `text` as the inside of an ILIKE pattern that finds it anywhere. */
export const containing = (text: string) => `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`;
