import assert from "node:assert/strict";
import { test } from "node:test";
import { presetOf, presets } from "./policy-presets.ts";

test("finds the preset of its own rules, and none for a changed rule", () => {
  for (const name of ["askAlways", "askRisky", "automatic"] as const) {
    assert.equal(presetOf({ ...presets[name] }), name);
    assert.equal(presetOf({ ...presets[name], execute: "deny" }), null);
  }
});
