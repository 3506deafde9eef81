import assert from "node:assert/strict";
import { test } from "node:test";
import { type DiffFile, parsePatch } from "./parse-patch.ts";
import { readViewed, signatureOf, withViewed } from "./viewed.ts";

const patch = (line: number, text: string): DiffFile =>
  parsePatch(
    `diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -${line},2 +${line},2 @@\n same\n-old\n+${text}\n`,
  )[0]!;

test("stores viewed files by diff, and removes a diff without any", () => {
  const stored = withViewed(withViewed(null, "one", { "a.ts": "x" }), "two", { constructor: "y" });
  assert.deepEqual(readViewed(stored, "one"), { "a.ts": "x" });
  assert.deepEqual(readViewed(stored, "two"), { constructor: "y" });
  assert.deepEqual(readViewed(stored, "three"), {});
  assert.deepEqual(JSON.parse(withViewed(stored, "one", {})), [
    { scope: "two", files: { constructor: "y" } },
  ]);
});

test("stores at most 100 diffs, and removes the oldest ones", () => {
  let stored: string | null = null;
  for (let at = 0; at < 150; at += 1) stored = withViewed(stored, `${at}`, { a: "x" });
  assert.equal((JSON.parse(stored!) as unknown[]).length, 100);
  assert.deepEqual(readViewed(stored, "149"), { a: "x" });
  assert.deepEqual(readViewed(stored, "0"), {});
});

test("treats invalid stored data as no viewed files", () => {
  for (const odd of ["", "{", "7", "null", '[null,{"scope":"one"},{"scope":"one","files":{"a":1}}]'])
    assert.deepEqual(readViewed(odd, "one"), {});
});

test("changes the signature with the changes of a file, and not if only its lines move", () => {
  const first = signatureOf(patch(1, "new"), "head");
  assert.equal(signatureOf(patch(9, "new"), "other"), first);
  assert.notEqual(signatureOf(patch(1, "newer"), "head"), first);
});

test("changes the signature of a binary file with each head commit", () => {
  const binary = { ...patch(1, "new"), isBinary: true, hunks: [] };
  assert.notEqual(signatureOf(binary, "one"), signatureOf(binary, "two"));
  assert.equal(signatureOf(binary, "one"), signatureOf(binary, "one"));
});
