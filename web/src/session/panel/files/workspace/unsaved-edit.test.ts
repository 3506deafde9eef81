import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { contentOf, MAX_STORED, parseEdit, readEdit, startEdit, storeEdit } from "./unsaved-edit.ts";

const edit = { path: "a.txt", sha256: "0a", isCrlf: false, value: "2" };

const items = new Map<string, string>();
beforeEach(() => {
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    value: {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => items.set(key, value),
      removeItem: (key: string) => items.delete(key),
    },
  });
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, "localStorage");
  items.clear();
});

test("parses a stored edit, and ignores what another version has written", () => {
  assert.deepEqual(parseEdit(JSON.stringify(edit)), edit);
  for (const stored of [null, "", "null", "{", '"a"', JSON.stringify({ ...edit, value: 1 })])
    assert.equal(parseEdit(stored), null, String(stored));
});

test("stores an edit for one user and session", () => {
  const owner = { userId: "u1", sessionId: "s1" };
  storeEdit(owner, edit);
  assert.deepEqual(readEdit(owner), edit);
  assert.equal(readEdit({ ...owner, userId: "u2" }), null);
  assert.equal(readEdit({ ...owner, sessionId: "s2" }), null);
  storeEdit(owner, null);
  assert.equal(items.size, 0);
});

test("stores no text that is too long, nor its earlier version", () => {
  const owner = { userId: "u1", sessionId: "s1" };
  storeEdit(owner, { ...edit, value: "a".repeat(MAX_STORED) });
  assert.equal(readEdit(owner)?.value.length, MAX_STORED);
  storeEdit(owner, { ...edit, value: "a".repeat(MAX_STORED + 1) });
  assert.equal(readEdit(owner), null);
});

test("saves CRLF if the whole file had it", () => {
  const file = { path: "a.txt", sha256: "0a" };
  const typeInto = (content: string) => {
    const started = startEdit(file, content);
    return contentOf({ ...started, value: `${started.value}c` });
  };
  assert.equal(startEdit(file, "a\r\nb\r\n").value, "a\nb\n");
  assert.equal(typeInto("a\r\nb\r\n"), "a\r\nb\r\nc");
  assert.equal(typeInto("a\nb\n"), "a\nb\nc");
  assert.equal(typeInto("a\r\nb\n"), "a\nb\nc");
});
