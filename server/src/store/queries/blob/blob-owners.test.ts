import assert from "node:assert/strict";
import { test } from "node:test";
import { readSchema } from "../../testing/schema-agreement.ts";
import { blobOwners } from "./blob-table.ts";

const sorted = (owners: readonly { table: string; column: string }[]) =>
  owners.map(({ table, column }) => `${table}.${column}`).sort();

/** Returns the columns of the schema whose definition matches. */
function columnsOf(schema: string, definition: RegExp): string[] {
  return [...schema.matchAll(/^create table (\w+) \(\n([^;]*)\n\)/gm)].flatMap(([, table, columns]) =>
    [...columns!.matchAll(/^ {2}"?(\w+)"? ([^,\n]*)/gm)]
      .filter(([line]) => definition.test(line.trim()))
      .map(([, column]) => `${table}.${column}`),
  );
}

const references = (schema: string) =>
  [...schema.matchAll(/alter table (\w+) .* FOREIGN KEY \((\w+)\) REFERENCES blobs\(id\)/g)].map(
    ([, table, column]) => `${table}.${column}`,
  );

test("lists every column that refers to blobs, and each has a foreign key", () => {
  const schema = readSchema();
  assert.deepEqual(references(schema).sort(), sorted(blobOwners));
  assert.deepEqual(columnsOf(schema, /^\w*blob_id uuid/).sort(), sorted(blobOwners));
});

test("finds a new column with a blob's ID", () => {
  const schema = `${readSchema()}\ncreate table boats (\n  id uuid not null,\n  sail_blob_id uuid\n);\n`;
  assert.ok(columnsOf(schema, /^\w*blob_id uuid/).includes("boats.sail_blob_id"));
});
