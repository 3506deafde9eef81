import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionListItem } from "@tembo-io/sdk";
import { columnsOf, neighborOf } from "./columns.ts";

const sessions = (...ids: string[]) => ids.map((id) => ({ id }) as SessionListItem);
const columns = columnsOf([
  { name: "needsYou", sessions: sessions("a", "b", "c"), total: 3 },
  { name: "done", sessions: sessions("d", "e"), total: null },
]);

test("keeps empty columns, except the one for pinned sessions", () => {
  assert.deepEqual(
    columns.map(({ name, total }) => [name, total]),
    [
      ["needsYou", 3],
      ["working", 0],
      ["review", 0],
      ["draft", 0],
      ["done", null],
    ],
  );
  const pinned = { name: "pinned", sessions: sessions("p"), total: 1 } as const;
  assert.equal(columnsOf([pinned])[1]?.name, "pinned");
});

test("finds the neighbors of a session, and skips empty columns", () => {
  assert.equal(neighborOf(columns, null, "down"), "a");
  assert.equal(neighborOf(columns, "gone", "left"), "a");
  assert.equal(neighborOf(columns, "a", "down"), "b");
  assert.equal(neighborOf(columns, "a", "up"), null);
  assert.equal(neighborOf(columns, "b", "right"), "e");
  assert.equal(neighborOf(columns, "c", "right"), "e");
  assert.equal(neighborOf(columns, "e", "right"), null);
  assert.equal(neighborOf(columns, "d", "left"), "a");
  assert.equal(neighborOf([], null, "down"), null);
});
