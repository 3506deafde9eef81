import assert from "node:assert/strict";
import { test } from "node:test";
import { query, raw } from "./query.ts";

test("numbers a statement's parameters in the order of its text", () => {
  const statement = query`update t set a = ${"x"}, b = ${null} where id = ${7}`;
  assert.equal(statement.text, "update t set a = $1, b = $2 where id = $3");
  assert.deepEqual(statement.values, ["x", null, 7]);
});

test("embeds a query as a part of the text at any position", () => {
  const lease = query`hold(${"a"}, ${"b"})`;
  const statement = query`${raw("select")} ${1}, ${2} from ${lease} where x = ${3} and ${lease}`;
  assert.equal(statement.text, "select $1, $2 from hold($3, $4) where x = $5 and hold($6, $7)");
  assert.deepEqual(statement.values, [1, 2, "a", "b", 3, "a", "b"]);
});

test("rebuilds the text when the parts of a template change", () => {
  const list = (...parts: readonly unknown[]) => query`select ${parts[0]}, ${parts[1]} from t`;
  assert.equal(list(raw("a"), 1).text, "select a, $1 from t");
  assert.equal(list(1, raw("a")).text, "select $1, a from t");
  assert.equal(list(raw("b"), query`f(${1})`).text, "select b, f($1) from t");
  assert.equal(list(raw("a"), 1).text, "select a, $1 from t");
});

test("returns the same text object each time, so that its name is looked up by identity", () => {
  const find = (id: string) => query`select a from t where id = ${id}`;
  assert.equal(find("1").texts, find("2").texts);
});

test("converts to a string in a plain template only if it has no values", () => {
  assert.equal(`select ${raw("a, b")} from t`, "select a, b from t");
  assert.throws(() => `select ${query`f(${1})`} from t`, /needs the tag query: f\(\$1\)/);
});
