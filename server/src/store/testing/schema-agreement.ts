import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { schemaFile } from "../dump-schema.ts";
import type { Table } from "../queries/table.ts";

const queries = join(import.meta.dirname, "../queries");

/** Returns every table description that a `*-table.ts` file exports. */
export async function describedTables(): Promise<readonly Table[]> {
  const modules = await Promise.all(
    globSync("**/*-table.ts", { cwd: queries }).map((file) => import(join(queries, file))),
  );
  return modules.flatMap((exports) => Object.values<unknown>(exports)).filter(isTable);
}

const isTable = (value: unknown): value is Table =>
  typeof value === "object" && value !== null && "described" in value && "unlisted" in value;

export const readSchema = () => readFileSync(schemaFile, "utf8");

interface SchemaColumn {
  readonly type: string;
  readonly isNullable: boolean;
  readonly isGenerated: boolean;
}

/**
 * Returns a sentence for each difference between the descriptions and the schema dump: names, types, nullability and
 * generated values. A column counts as known if a description of its table lists it, or names it as unlisted.
 */
export function disagreements(tables: readonly Table[], schema: string): readonly string[] {
  const known = columnsOf(schema);
  const found: string[] = [];
  for (const [name, descriptions] of Map.groupBy(tables, (table) => table.name)) {
    const columns = known.get(name);
    if (columns === undefined) {
      found.push(`The schema has no table ${name}.`);
      continue;
    }
    const described = descriptions.flatMap((table) => table.described);
    const unlisted = new Set(descriptions.flatMap((table) => table.unlisted));
    for (const one of described) {
      const column = columns.get(one.name);
      if (column === undefined) found.push(`${name} has no column ${one.name}.`);
      else found.push(...differences(`${name}.${one.name}`, one.column.traits, column));
      if (unlisted.has(one.name)) found.push(`${name}.${one.name} is both described and left out.`);
    }
    const names = new Set([...unlisted, ...described.map((one) => one.name)]);
    for (const one of unlisted) if (!columns.has(one)) found.push(`${name} has no column ${one}.`);
    for (const one of columns.keys()) if (!names.has(one)) found.push(`${name}.${one} is not described.`);
  }
  return [...new Set(found)].sort();
}

function* differences(name: string, described: SchemaColumn, column: SchemaColumn): Iterable<string> {
  if (described.type !== column.type) yield `${name} is ${column.type}, not ${described.type}.`;
  if (described.isNullable !== column.isNullable)
    yield `${name} ${column.isNullable ? "may be null" : "is never null"}.`;
  if (described.isGenerated !== column.isGenerated)
    yield `${name} is ${column.isGenerated ? "" : "not "}generated.`;
}

const columnLine =
  /^ {2}"?(?<name>\w+)"? (?<type>timestamp\(3\) with time zone|double precision|\S+?)(?<generated> generated (?:always|by default) as identity)?(?<notNull> not null)?(?: default .*?)?,?$/;

function columnsOf(schema: string): ReadonlyMap<string, ReadonlyMap<string, SchemaColumn>> {
  const tables = [...schema.matchAll(/^create table (\w+) \(\n(.*?)\n\)/gms)];
  return new Map(
    tables.map(([, table, lines]) => [
      table!,
      new Map(lines!.split("\n").map((line) => columnOf(table!, line))),
    ]),
  );
}

function columnOf(table: string, line: string): [string, SchemaColumn] {
  const parts = columnLine.exec(line)?.groups;
  if (parts === undefined)
    throw new Error(`The schema of ${table} has a line that cannot be parsed: ${line}`);
  const traits = {
    type: parts.type!,
    isNullable: parts.notNull === undefined,
    isGenerated: parts.generated !== undefined,
  };
  return [parts.name!, traits];
}
