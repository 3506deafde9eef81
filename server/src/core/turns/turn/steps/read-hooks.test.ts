import assert from "node:assert/strict";
import { test } from "node:test";
import { readHooks } from "./read-hooks.ts";

test("reads a hook as one command or a list of commands", () => {
  assert.deepEqual(readHooks('{"setupScript":"npm ci","prePush":["npm test","npm run lint"]}'), {
    setupScript: ["npm ci"],
    prePush: ["npm test", "npm run lint"],
    autoFix: false,
  });
});

test("accepts missing hooks and drops blank commands", () => {
  assert.deepEqual(readHooks('{"prePush":[" ",""],"other":1}'), {
    setupScript: [],
    prePush: [],
    autoFix: false,
  });
});

test("reads whether the repository enables autoFix", () => {
  assert.equal(readHooks('{"prePush":"npm test","autoFix":true}').autoFix, true);
  assert.equal(readHooks('{"prePush":"npm test","autoFix":false}').autoFix, false);
});

test("rejects invalid hooks", () => {
  const refused = [
    "",
    "[]",
    "null",
    "not json",
    '{"prePush":1}',
    '{"setupScript":["a",2]}',
    '{"autoFix":"yes"}',
  ];
  refused.push(JSON.stringify({ prePush: Array.from({ length: 51 }, () => "true") }));
  for (const text of refused) assert.throws(() => readHooks(text), { code: "invalid_input" }, text);
});
