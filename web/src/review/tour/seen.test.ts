import assert from "node:assert/strict";
import { test } from "node:test";
import { readSeen, withSeen } from "./seen.ts";

test("stores seen sections by pull request and head", () => {
  const stored = withSeen(withSeen(null, { id: "one", head: "a", seen: ["docs"] }), {
    id: "two",
    head: "b",
    seen: ["test", "rest"],
  });
  assert.deepEqual([...readSeen(stored, "one", "a")], ["docs"]);
  assert.deepEqual([...readSeen(stored, "two", "b")], ["test", "rest"]);
  assert.deepEqual([...readSeen(stored, "two", "moved")], []);
});

test("stores at most 100 tours, and removes the oldest ones", () => {
  let stored: string | null = null;
  for (let at = 0; at < 150; at += 1) stored = withSeen(stored, { id: `${at}`, head: "a", seen: ["docs"] });
  assert.equal(readSeen(stored, "149", "a").size, 1);
  assert.equal(readSeen(stored, "0", "a").size, 0);
  assert.equal((JSON.parse(stored!) as unknown[]).length, 100);
});

test("treats invalid stored data as no seen sections", () => {
  for (const odd of [
    "",
    "{",
    "7",
    "null",
    '{"id":1}',
    '[null,{"id":"one"},{"id":"one","head":"a","seen":[1]}]',
  ])
    assert.equal(readSeen(odd, "one", "a").size, 0);
});
