import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { describedTables, disagreements, readSchema } from "../testing/schema-agreement.ts";
import { integer, text, uuid } from "./column.ts";
import { table } from "./table.ts";

test("every described table matches the schema and omits no column", async () => {
  const tables = await describedTables();
  assert.ok(tables.length > 40, `${tables.length} descriptions`);
  assert.deepEqual(disagreements(tables, readSchema()), []);
});

const schema = `
create table boats (
  id uuid not null,
  number integer generated always as identity not null,
  name text not null default 'none'::text,
  owner uuid,
  "position" bigint not null
) with (fillfactor=80);
`;

test("reports each kind of mismatch", () => {
  const sound = { id: uuid, number: integer.generated(), name: text, owner: uuid.orNull() };
  const reports = (columns: Parameters<typeof table>[1], unlisted = ["position"]) =>
    disagreements([table("boats", columns, unlisted)], schema);
  assert.deepEqual(reports(sound), [], "control");
  const { name: _, ...forgotten } = sound;
  assert.deepEqual(reports(forgotten), ["boats.name is not described."]);
  assert.deepEqual(reports({ ...sound, id: text }), ["boats.id is uuid, not text."]);
  assert.deepEqual(reports({ ...sound, owner: uuid }), ["boats.owner may be null."]);
  assert.deepEqual(reports({ ...sound, name: text.orNull() }), ["boats.name is never null."]);
  assert.deepEqual(reports({ ...sound, number: integer }), ["boats.number is generated."]);
  assert.deepEqual(reports({ ...sound, color: text }), ["boats has no column color."]);
  assert.deepEqual(reports(sound, []), ["boats.position is not described."]);
  assert.deepEqual(reports(sound, ["position", "name"]), ["boats.name is both described and left out."]);
  assert.deepEqual(reports(sound, ["position", "color"]), ["boats has no column color."]);
  assert.deepEqual(disagreements([table("ships", sound)], schema), ["The schema has no table ships."]);
});

test("accepts two descriptions that share a table's columns", () => {
  const named = table("boats", { id: uuid, name: text }, ["position"]);
  const owned = table("boats", { id: uuid, number: integer.generated(), owner: uuid.orNull() });
  assert.deepEqual(disagreements([named, owned], schema), []);
});

test("keeps every description in a file that the comparison reads", () => {
  const found = globSync("**/*.ts", { cwd: import.meta.dirname })
    .filter((file) => !/(?:\.test|-table|^table)\.ts$/.test(file))
    .filter((file) => /\btable\(/.test(readFileSync(join(import.meta.dirname, file), "utf8")));
  assert.deepEqual(found, []);
});
