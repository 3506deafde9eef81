import { AppError } from "../../core/base/index.ts";
import { type Column, timestampType } from "./column.ts";
import { Query, raw } from "./query.ts";

export type Columns = Readonly<Record<string, Column<unknown, boolean>>>;

/** A column of a described table, with the name of its field. */
export interface DescribedColumn {
  readonly field: string;
  readonly name: string;
  readonly column: Column<unknown, boolean>;
}

/** Fields of a row that a statement reads with `columns`. */
export type RowOf<Described> =
  Described extends Table<infer C> ? { readonly [Field in keyof C]: C[Field]["value"] } : never;

/** Fields of a row that a statement writes. */
type Written<C extends Columns> = {
  readonly [Field in keyof C as C[Field] extends Column<unknown, true> ? never : Field]: C[Field]["value"];
};

/** A row in JSON, which contains times as text. */
export type AsJson<Row> = {
  readonly [Field in keyof Row]: Row[Field] extends Date
    ? string
    : Row[Field] extends Date | null
      ? string | null
      : Row[Field];
};

export type Change<C extends Columns> = {
  readonly [Field in keyof Written<C>]?: Written<C>[Field] | undefined;
};

export type Match<C extends Columns> = { readonly [Field in keyof C]?: C[Field]["value"] | undefined };

/** Rejects fields that the table does not have, because they would be lost. */
type Only<C extends Columns, Given> = { readonly [Field in Exclude<keyof Given, keyof C>]: never };

/** Describes a table. This is the only place that lists its columns: every statement gets its column list from here. */
export interface Table<C extends Columns = Columns> {
  readonly name: string;
  readonly described: readonly DescribedColumn[];
  /** Columns that `columns` and `names` omit, because individual statements read and write them. */
  readonly unlisted: readonly string[];
  /** All columns under the names of their fields, for `select` and `returning`. */
  readonly columns: Query;
  /** Returns `columns` for a table with this alias. */
  columnsOf(alias: string): Query;
  /** Names of the columns that an insert writes, in the order of `values`. */
  readonly names: Query;
  /** Returns the values of a row. Throws if a field is undefined, because the driver would write null. */
  values<Given extends Written<C>>(record: Given & Only<C, Given>): Query;
  /**
   * Returns `name = value` for each field that is neither undefined nor in `kept`. Throws for a field that the table
   * does not have or that PostgreSQL generates.
   */
  set(change: Change<C>, ...kept: readonly (keyof C)[]): Query;
  /**
   * Returns the columns and values of the fields that are not undefined, for a row whose other columns take their
   * defaults.
   */
  given(record: Change<C>): { readonly names: Query; readonly values: Query };
  /** Returns a row that a statement read with `columns`, perhaps with other fields, and returned as JSON. */
  fromJson<Row extends RowOf<Table<C>>>(row: AsJson<Row>): Row;
  /** Returns a condition that the given fields have these values. Ignores undefined fields. */
  where(match: Match<C>): Query;
  /**
   * Returns an `unnest` call with one array for each column in `names`, which passes many rows in a fixed number of
   * parameters. Throws the same errors as `values`.
   */
  unnest(records: readonly Written<C>[]): Query;
  /** Returns the table without these fields, for lists that omit a large field. */
  without<Field extends keyof C & string>(...fields: readonly Field[]): Table<Omit<C, Field>>;
}

/**
 * Describes a table by its columns. A field's name is the camel-case form of its column's name, unless the column uses
 * `named`.
 */
export function table<C extends Columns>(
  name: string,
  columns: C,
  unlisted: readonly string[] = [],
): Table<C> {
  const described = Object.entries(columns).map(([field, column]) => ({
    field,
    name: column.nameFor(field),
    column,
  }));
  const byField = new Map(described.map((one) => [one.field, one]));
  const written = described.filter(({ column }) => !column.traits.isGenerated);
  const times = described
    .filter(({ column }) => column.traits.type === timestampType)
    .map(({ field }) => field);
  const between = textsBetween(
    written.map(() => ""),
    ", ",
  );
  const types = written.map(({ column }) => `::${column.traits.type}[]`);
  const arrays = ["unnest(", ...types.slice(0, -1).map((type) => `${type}, `), `${types.at(-1)!})`];
  const columnsOf = (alias?: string) =>
    raw(described.map(({ field, column }) => column.readAs(field, alias)).join(", "));

  const valueIn =
    (record: Readonly<Record<string, unknown>>) =>
    ({ field, column }: DescribedColumn) => {
      if (record[field] === undefined)
        throw new AppError("internal", `The field ${field} of ${name} has no value.`);
      return column.encode(record[field]);
    };
  const definedOf = (record: object, use: "read" | "written", kept: readonly PropertyKey[] = []) =>
    Object.entries(record).flatMap(([field, value]) => {
      const one = byField.get(field);
      if (one === undefined || (use === "written" && one.column.traits.isGenerated))
        throw new AppError("internal", `${name} has no field ${field} that can be ${use}.`);
      if (value === undefined || kept.includes(field)) return [];
      return [{ name: one.name, value: one.column.encode(value) }];
    });

  return {
    name,
    described,
    unlisted,
    columns: columnsOf(),
    columnsOf,
    names: raw(written.map((one) => one.name).join(", ")),

    values: (record) => new Query(between, written.map(valueIn(record))),

    set: (change, ...kept) => pairs(definedOf(change, "written", kept), ", "),

    given(record) {
      const fields = definedOf(record, "written");
      return {
        names: raw(fields.map((one) => one.name).join(", ")),
        values: separated(
          fields.map(() => ""),
          fields.map((one) => one.value),
          ", ",
        ),
      };
    },

    fromJson<Row extends RowOf<Table<C>>>(row: AsJson<Row>): Row {
      const restored: Record<string, unknown> = { ...row };
      for (const field of times)
        if (restored[field] != null) restored[field] = new Date(String(restored[field]));
      return restored as Row;
    },

    where(match) {
      const fields = definedOf(match, "read");
      return fields.length === 0 ? raw("true") : pairs(fields, " and ");
    },

    unnest: (records) =>
      new Query(
        arrays,
        written.map((one) => records.map((record) => valueIn(record)(one))),
      ),

    without(...fields) {
      const left = Object.entries(columns).filter(([field]) => !fields.some((one) => one === field));
      return table(name, Object.fromEntries(left) as Omit<C, (typeof fields)[number]>, unlisted);
    },
  };
}

interface Pair {
  readonly name: string;
  readonly value: unknown;
}

const pairs = (fields: readonly Pair[], separator: string) =>
  separated(
    fields.map(({ name }) => `${name} = `),
    fields.map(({ value }) => value),
    separator,
  );

const separated = (before: readonly string[], values: readonly unknown[], separator: string) =>
  new Query(textsBetween(before, separator), values);

/** Returns the texts around a list of values. Each value follows one text. */
const textsBetween = (before: readonly string[], separator: string) => [
  ...before.map((text, index) => (index === 0 ? text : `${separator}${text}`)),
  "",
];
