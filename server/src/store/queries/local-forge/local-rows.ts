import type { LocalOrder, LocalPage } from "../../../core/forges/index.ts";
import { type Query, query, raw } from "../query.ts";
import type { Sql } from "../sql.ts";
import type { Change, Columns, Match, RowOf, Table } from "../table.ts";

/** Statements that every table of the built-in forge supports. */
export interface LocalRows<C extends Columns> {
  one(statement: Query): Promise<RowOf<Table<C>> | null>;
  many(statement: Query): Promise<RowOf<Table<C>>[]>;
  /** Inserts a row and returns it, or null if `isUnique` is set and the row violates a unique constraint. */
  insert(record: Change<C>): Promise<RowOf<Table<C>> | null>;
  /** Updates the given fields of the rows that match `match`. Returns the first row, or null if none matches. */
  update(match: Match<C>, change: Change<C>): Promise<RowOf<Table<C>> | null>;
  list(match: Match<C>, order: string, page: LocalPage): Promise<RowOf<Table<C>>[]>;
}

export function localRows<C extends Columns>(
  sql: Sql,
  table: Table<C>,
  { isUnique = false }: { readonly isUnique?: boolean } = {},
): LocalRows<C> {
  const name = raw(table.name);
  const conflict = raw(isUnique ? "on conflict do nothing" : "");
  const many = (statement: Query) => sql.rows<RowOf<Table<C>>>(statement);
  const one = async (statement: Query) => (await many(statement))[0] ?? null;
  return {
    one,
    many,

    insert(record) {
      const { names, values } = table.given(record);
      return one(
        query`insert into ${name} (${names}) values (${values}) ${conflict} returning ${table.columns}`,
      );
    },

    update: (match, change) =>
      one(
        query`update ${name} set ${table.set(change)} where ${table.where(match)} returning ${table.columns}`,
      ),

    list: (match, order, { skip, limit }) =>
      many(query`
        select ${table.columns} from ${name} where ${table.where(match)}
        order by ${raw(order)} offset ${skip} limit ${limit}`),
  };
}

/**
 * Returns the expressions of an `order by` clause for a table with an `updated_at` column. `byCreation` is an expression that increases with every
 * new row.
 */
export function orderOf({ sort, direction }: LocalOrder, byCreation: string): Query {
  const way = direction === "asc" ? "asc" : "desc";
  return raw(sort === "updated" ? `updated_at ${way}, ${byCreation} ${way}` : `${byCreation} ${way}`);
}
