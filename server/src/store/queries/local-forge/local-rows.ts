import type { LocalOrder, LocalPage } from "../../../core/forges/index.ts";
import type { Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";

type Row = Readonly<Record<string, unknown>>;

/** A table of the local forge, whose columns are its record's fields in snake case. */
export interface LocalTable<T> {
  one(text: string, values: readonly unknown[]): Promise<T | null>;
  many(text: string, values: readonly unknown[]): Promise<T[]>;
  insert(record: Row): Promise<T | null>;
  /** Writes the given fields of the rows that match the fields of `where`. */
  update(where: Row, change: Row): Promise<T | null>;
  /** Those that match the fields of `where` that are set. */
  list(where: Row, order: string, page: LocalPage): Promise<T[]>;
}

/**
 * `fields` are the record's, `json` those of them that are kept as JSON. An inserted row that breaks a rule of uniqueness is left out
 * where `isUnique`; else the database's own words come through.
 */
export function localTable<T>(
  sql: Sql,
  { table, fields, json = [], isUnique = false }: TableShape<T>,
): LocalTable<T> {
  const columns = fields.map(snake).join(", ");
  const jsonFields = new Set<string>(json);
  const storedAs = ([field, value]: [string, unknown]) =>
    jsonFields.has(field) && value !== null ? storableJson(value) : value;
  const many = async (text: string, values: readonly unknown[]) =>
    (await sql.rows<Row>(text.replace("$columns", columns), values)).map((row) => camelRow<T>(row));
  const one = async (text: string, values: readonly unknown[]) => (await many(text, values))[0] ?? null;
  return {
    one,
    many,

    insert(record) {
      const entries = definedOf(record);
      const names = entries.map(([field]) => snake(field)).join(", ");
      const places = entries.map((_, index) => `$${index + 1}`).join(", ");
      const conflict = isUnique ? "on conflict do nothing" : "";
      return one(
        `insert into ${table} (${names}) values (${places}) ${conflict} returning $columns`,
        entries.map(storedAs),
      );
    },

    update(where, change) {
      const [kept, changed] = [definedOf(where), definedOf(change)];
      const sets = changed.map(([field], index) => `${snake(field)} = $${index + 1}`).join(", ");
      const conditions = kept.map(([field], index) => `${snake(field)} = $${changed.length + index + 1}`);
      return one(
        `update ${table} set ${sets} where ${conditions.join(" and ")} returning $columns`,
        [...changed, ...kept].map(storedAs),
      );
    },

    list(where, order, { skip, limit }) {
      const kept = definedOf(where);
      const conditions = kept.map(([field], index) => `${snake(field)} = $${index + 1}`);
      const filter = conditions.length === 0 ? "true" : conditions.join(" and ");
      return many(
        `select $columns from ${table} where ${filter} order by ${order}
         offset $${kept.length + 1} limit $${kept.length + 2}`,
        [...kept.map(([, value]) => value), skip, limit],
      );
    },
  };
}

/** The end of a statement, for what has a column `updated_at`. `byCreation` grows with every row. */
export function orderOf({ sort, direction }: LocalOrder, byCreation: string): string {
  const way = direction === "asc" ? "asc" : "desc";
  return sort === "updated" ? `updated_at ${way}, ${byCreation} ${way}` : `${byCreation} ${way}`;
}

interface TableShape<T> {
  readonly table: string;
  readonly fields: readonly (keyof T & string)[];
  readonly json?: readonly (keyof T & string)[];
  readonly isUnique?: boolean;
}

const definedOf = (record: Row) => Object.entries(record).filter(([, value]) => value !== undefined);
const snake = (field: string) => field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camel = (column: string) => column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A row with its columns named as fields. */
export const camelRow = <T>(row: Row) =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [camel(column), value])) as T;
