import assert from "node:assert/strict";
import { test } from "node:test";
import { isSample, sampleNames } from "./sample-names.ts";

test("recognizes the samples that it names, and no other repository", () => {
  const names = sampleNames("01900000-0000-7000-8000-0123456789ab");
  assert.equal(new Set(names.map(({ owner }) => owner)).size, 2);
  for (const name of names) assert.ok(isSample(name));
  assert.equal(isSample({ owner: "acme", name: "cart" }), false);
  assert.equal(isSample({ owner: "sample", name: "shop" }), false);
  assert.equal(isSample({ owner: null, name: "cart" }), false);
});
