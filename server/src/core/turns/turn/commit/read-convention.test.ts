import assert from "node:assert/strict";
import { test } from "node:test";
import { readConvention } from "./read-convention.ts";

test("finds no convention in a short history or in automated commits", () => {
  const none = { prefix: { kind: "none" }, startsLower: false };
  assert.deepEqual(readConvention([]), none);
  assert.deepEqual(readConvention(["First", "fix: a", "fix: b"]), none);
  assert.deepEqual(
    readConvention(["Merge branch 'x'", "Bump a from 1 to 2", "v1.2.3", 'Revert "fix: a"', "fix: a"]),
    none,
  );
});

test("recognizes conventional commits, with scopes if most subjects have one", () => {
  const { prefix, startsLower } = readConvention([
    "feat(login): add a code",
    "fix(login): check expiry",
    "docs(api)!: say more",
    "Something else",
  ]);
  assert.equal(prefix.kind, "conventional");
  assert.deepEqual(prefix.kind === "conventional" && [...prefix.scopes], [
    ["login", 2],
    ["api", 1],
  ]);
  assert.equal(startsLower, true);
  const bare = readConvention(["feat: Add", "fix: Check", "fix(api): Say"]);
  assert.equal(bare.prefix.kind === "conventional" && bare.prefix.scopes.size, 0);
  assert.equal(bare.startsLower, false);
});

test("counts each area before a colon", () => {
  const { prefix } = readConvention(["http: a", "http, store: b", "store/queries: c", "Readme"]);
  assert.deepEqual(prefix.kind === "area" && [...prefix.areas], [
    ["http", 2],
    ["store", 1],
    ["store/queries", 1],
  ]);
});

test("recognizes ticket IDs, with the characters around them", () => {
  for (const [subjects, pattern] of [
    [["APP-1: Add", "APP-2: Fix", "WEB-3: Mend"], "%:"],
    [["[APP-1] Add", "[APP-2] Fix", "[APP-2] Mend"], "[%]"],
    [["APP-1 Add", "APP-2 Fix", "APP-3 - Mend"], "%"],
  ] as const) {
    const { prefix } = readConvention(subjects);
    assert.equal(prefix.kind === "ticket" && prefix.pattern, pattern, subjects[0]);
  }
});

test("uses the most common case of the first letter when there is no prefix", () => {
  assert.deepEqual(readConvention(["add a", "fix b", "Mend c"]), {
    prefix: { kind: "none" },
    startsLower: true,
  });
  assert.deepEqual(readConvention(["Add a", "Fix b", "mend c"]), {
    prefix: { kind: "none" },
    startsLower: false,
  });
});

test("finds no convention unless most subjects follow it", () => {
  assert.equal(readConvention(["fix: a", "feat: b", "Add c", "Mend d"]).prefix.kind, "none");
});
