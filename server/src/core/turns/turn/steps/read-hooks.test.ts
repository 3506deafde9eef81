import assert from "node:assert/strict";
import { test } from "node:test";
import { readHooks } from "./read-hooks.ts";

test("a hook is a command or a list of them", () => {
  assert.deepEqual(readHooks('{"setupScript":"npm ci","prePush":["npm test","npm run lint"]}'), {
    setupScript: ["npm ci"],
    prePush: ["npm test", "npm run lint"],
    autoFix: false,
  });
});

test("hooks may be missing, and blank commands are left out", () => {
  assert.deepEqual(readHooks('{"prePush":[" ",""],"other":1}'), {
    setupScript: [],
    prePush: [],
    autoFix: false,
  });
});

test("failures are fixed only where the repository asks for it", () => {
  assert.equal(readHooks('{"prePush":"npm test","autoFix":true}').autoFix, true);
  assert.equal(readHooks('{"prePush":"npm test","autoFix":false}').autoFix, false);
});

test("what cannot be read says so", () => {
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
