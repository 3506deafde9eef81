/** Description of a database dump, in the manifest of a backup. */
export interface DatabaseFacts {
  /** Name and checksum of each applied migration. */
  readonly migrations: Readonly<Record<string, string>>;
  /** Version of DBOS's tables, or null if the database has none, because no server has started on it. */
  readonly engineVersion: number | null;
  readonly tables: readonly TableFacts[];
  readonly sequences: readonly { readonly schema: string; readonly name: string; readonly value: string }[];
}

export interface TableFacts {
  readonly schema: string;
  readonly name: string;
  /** Columns of the file, in its order. */
  readonly columns: readonly string[];
  readonly rows: number;
}

/** Folder in the backup with one file for each table. */
export const tablesFolder = "database";

/** Returns the name of the file in the backup with the rows of a table, in the text format of COPY. */
export const fileOf = ({ schema, name }: Pick<TableFacts, "schema" | "name">): string =>
  `${tablesFolder}/${schema}.${name}.copy.zst`;

export const pathOf = ({ schema, name }: Pick<TableFacts, "schema" | "name">): string =>
  `"${schema}"."${name}"`;

export const columnsOf = ({ columns }: Pick<TableFacts, "columns">): string =>
  columns.map((name) => `"${name}"`).join(", ");

/** Names of the tables and functions that the migrations create, in the schema `public`. */
export interface OwnNames {
  readonly tables: readonly string[];
  readonly functions: readonly string[];
}

/** Finds the names that migrations have ever used, so that objects of other programs in the same database are left alone. Pure. */
export function listOwnNames(migrations: readonly { readonly text: string }[]): OwnNames {
  const find = (pattern: RegExp) =>
    migrations.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, name]) => name!));
  const tables = [
    "migrations",
    ...find(/^\s*create (?:unlogged )?table (?:if not exists )?([a-z_0-9]+)/gim),
    ...find(/^\s*alter table (?:if exists )?[a-z_0-9]+ rename to ([a-z_0-9]+)/gim),
  ];
  return {
    tables: [...new Set(tables)],
    functions: [...new Set(find(/^\s*create (?:or replace )?function ([a-z_0-9]+)/gim))],
  };
}
