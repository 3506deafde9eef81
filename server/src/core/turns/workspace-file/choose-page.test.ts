import assert from "node:assert/strict";
import { test } from "node:test";
import type { FoundEntry } from "../../sessions/index.ts";
import { choosePage, type FolderPosition } from "./choose-page.ts";

const file = (name: string): FoundEntry => ({ name, kind: "file" });
const unreadable: FoundEntry = { name: "\uFFFDA", kind: "other" };

function readAll(found: readonly FoundEntry[], limit: number): string[] {
  const names: string[] = [];
  let after: FolderPosition | null = null;
  do {
    const { page, next } = choosePage(found, { after, limit });
    assert.ok(page.length <= limit && (next === null || page.length === limit));
    names.push(...page.map(({ name }) => name));
    after = next;
  } while (after !== null);
  return names;
}

test("returns folders first and then by name, on pages of each size", () => {
  const found = [file("b"), { name: "z", kind: "folder" }, file("a"), { name: "y", kind: "folder" }] as const;
  for (const limit of [1, 2, 3, 4, 5]) assert.deepEqual(readAll(found, limit), ["y", "z", "a", "b"]);
  assert.deepEqual(readAll([], 1), []);
});

test("returns each of several entries whose names read the same, on pages of each size", () => {
  const found = [unreadable, file("a"), unreadable, file("\uFFFDB"), unreadable];
  for (const limit of [1, 2, 3, 4, 5])
    assert.deepEqual(readAll(found, limit), ["a", "\uFFFDA", "\uFFFDA", "\uFFFDA", "\uFFFDB"]);
});

test("continues after a position whose entry was removed", () => {
  const after = { isFolder: false, name: "b", copy: 0 };
  const { page } = choosePage([file("a"), file("c")], { after, limit: 9 });
  assert.deepEqual(page, [file("c")]);
});
