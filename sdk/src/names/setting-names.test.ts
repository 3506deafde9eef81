import assert from "node:assert/strict";
import { test } from "node:test";
import { sandboxSizes } from "../limits.ts";
import { egressPresetName, sandboxSizeName } from "./setting-names.ts";

test("names sizes and presets, and returns an unknown value unchanged", () => {
  assert.deepEqual(sandboxSizes.map(sandboxSizeName), ["Nano", "Micro", "Small", "Medium", "Large", "XL"]);
  assert.deepEqual(["huge", "constructor"].map(sandboxSizeName), ["huge", "constructor"]);
  assert.deepEqual(["none", "registries", "custom", "open", "local"].map(egressPresetName), [
    "No internet access",
    "Package registries",
    "Allowed hosts",
    "Full internet access",
    "local",
  ]);
});
