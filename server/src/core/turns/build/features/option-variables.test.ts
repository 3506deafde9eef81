import assert from "node:assert/strict";
import { test } from "node:test";
import { optionVariables } from "./option-variables.ts";

const options = {
  version: { value: "latest", allowed: ["latest", "1"] },
  "1st-option": { value: "false", allowed: null },
  none: { value: null, allowed: null },
};
const variables = (chosen: Record<string, string>) => optionVariables("a", { options }, chosen);

test("names variables as the specification does, and uses defaults", () => {
  assert.deepEqual(variables({ version: "1", "x y": "z" }), { VERSION: "1", _ST_OPTION: "false", X_Y: "z" });
  assert.deepEqual(variables({ toString: "a", "a;touch /x": "b" }), {
    ...{ VERSION: "latest", _ST_OPTION: "false" },
    ...{ TOSTRING: "a", A_TOUCH__X: "b" },
  });
  assert.match(Object.keys(variables({ "é=\n": "a" }))[2]!, /^[A-Z_]\w*$/);
});

test("rejects a value that the feature does not allow", () => {
  assert.throws(() => variables({ version: "2" }), { code: "invalid_input", message: /only latest, 1\./ });
});
