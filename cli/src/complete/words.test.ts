import assert from "node:assert/strict";
import { test } from "node:test";
import { splitWords } from "./words.ts";

test("splits a line as a shell does, up to the word at the cursor", () => {
  for (const [line, words] of [
    ["tembo ", [""]],
    ["tembo session wa", ["session", "wa"]],
    ["tembo  session  ", ["session", ""]],
    ['tembo session create "Fix it" --re', ["session", "create", "Fix it", "--re"]],
    ["tembo a 'b c' d\\ e \"f\\\"g\" ''", ["a", "b c", "d e", 'f"g', ""]],
    ["tembo session create 'still op", ["session", "create", "still op"]],
  ] as const)
    assert.deepEqual(splitWords(line), words, line);
});
