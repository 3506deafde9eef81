import assert from "node:assert/strict";
import { test } from "node:test";
import { bigint, integer, json, text, timestamp, uuid } from "./column.ts";
import { query } from "./query.ts";
import { type RowOf, table } from "./table.ts";

const boats = table("boats", {
  id: uuid,
  number: integer.generated(),
  ownerId: uuid.orNull().named("owned_by"),
  crew: json<readonly string[]>(),
  sizeBytes: bigint,
  kind: text.as<"sail" | "row">(),
  builtAt: timestamp,
});
const boat: Omit<RowOf<typeof boats>, "number"> = {
  ...{ id: "b", ownerId: null, crew: ["ada"], sizeBytes: 7, builtAt: new Date(0) },
  kind: "sail",
};

test("selects each column under the name of its field", () => {
  const all = `id, number, owned_by as "ownerId", crew, size_bytes::float8 as "sizeBytes", kind, built_at as "builtAt"`;
  assert.equal(String(boats.columns), all);
  assert.equal(
    String(boats.without("crew", "sizeBytes").columnsOf("x")),
    `x.id, x.number, x.owned_by as "ownerId", x.kind, x.built_at as "builtAt"`,
  );
});

test("writes every column that PostgreSQL does not generate, and writes JSON as text", () => {
  const statement = query`insert into boats (${boats.names}) values (${boats.values(boat)})`;
  assert.equal(
    statement.text,
    "insert into boats (id, owned_by, crew, size_bytes, kind, built_at) values ($1, $2, $3, $4, $5, $6)",
  );
  assert.deepEqual(statement.values, ["b", null, '["ada"]', 7, "sail", new Date(0)]);
});

test("sets the given fields except excluded ones", () => {
  const statement = query`set ${boats.set({ id: "b", kind: "row", crew: undefined, ownerId: null }, "id")}`;
  assert.equal(statement.text, "set kind = $1, owned_by = $2");
  assert.deepEqual(statement.values, ["row", null]);
});

test("lists the given columns with their values and matches by them", () => {
  const { names, values } = boats.given({ id: "b", crew: [], kind: undefined });
  assert.equal(query`(${names}) values (${values})`.text, "(id, crew) values ($1, $2)");
  assert.deepEqual(values.values, ["b", "[]"]);
  const match = boats.where({ number: 3, ownerId: "o", kind: undefined });
  assert.equal(match.text, "number = $1 and owned_by = $2");
  assert.deepEqual(match.values, [3, "o"]);
  assert.equal(boats.where({}).text, "true");
});

test("inserts many rows with one array per column", () => {
  const many = boats.without("sizeBytes", "kind", "builtAt").unnest([boat, { ...boat, ownerId: "o" }]);
  assert.equal(many.text, "unnest($1::uuid[], $2::uuid[], $3::jsonb[])");
  assert.deepEqual(many.values, [
    ["b", "b"],
    [null, "o"],
    ['["ada"]', '["ada"]'],
  ]);
});

test("rejects a row that lacks a field", () => {
  const { kind: _, ...nameless } = boat;
  // @ts-expect-error The compiler rejects it first.
  assert.throws(() => boats.values(nameless), /field kind of boats has no value/);
  // @ts-expect-error
  assert.throws(() => boats.unnest([boat, nameless]), /field kind of boats has no value/);
  // @ts-expect-error
  assert.throws(() => boats.values({ ...boat, kind: undefined }), /field kind of boats has no value/);
});

test("rejects a field that the table does not have", () => {
  const renamed = { color: "red" };
  // @ts-expect-error The compiler rejects it, because the field would be lost.
  assert.doesNotThrow(() => boats.values({ ...boat, ...renamed }));
  // @ts-expect-error
  assert.throws(() => boats.set(renamed), /boats has no field color that can be written/);
  // @ts-expect-error
  assert.throws(() => boats.where(renamed), /boats has no field color that can be read/);
  // @ts-expect-error
  assert.throws(() => boats.given({ number: 3 }), /boats has no field number that can be written/);
});

test("gives rows the types of their columns", () => {
  const row: RowOf<typeof boats> = { ...boat, number: 3 };
  const owner: string | null = row.ownerId;
  // @ts-expect-error The owner may be null.
  const always: string = row.ownerId;
  assert.deepEqual([owner, always], [null, null]);
});
