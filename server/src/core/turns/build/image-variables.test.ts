import assert from "node:assert/strict";
import { test } from "node:test";
import { variablesOf } from "./image-variables.ts";

test("keeps the variables of an image, and ignores texts that are none", () => {
  assert.deepEqual(variablesOf(["A=1", "B=x=y\nz", "EMPTY=", "A=2", "no-name=1", "1=2", "NONE", "N=\0"]), {
    A: "2",
    B: "x=y\nz",
    EMPTY: "",
  });
  assert.throws(() => variablesOf([`A=${"x".repeat(65_536)}`]), { code: "invalid_input", message: /64 KiB/ });
  assert.deepEqual(Object.keys(variablesOf(["__proto__=1", "B=2"])).sort(), ["B", "__proto__"]);
});
