import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldOf, isMoreField } from "./field-of.ts";
import { wordsOf } from "./words-of.ts";

test("a refusal belongs to the field that it names", () => {
  assert.equal(fieldOf('The harness "nobody" is unknown; "agent" begins with one of: pi.'), "agent");
  assert.equal(fieldOf('"egress.allow[0]" is no host.'), "egress");
  assert.equal(fieldOf("The server is not reachable."), null);
  assert.deepEqual(
    [isMoreField("branchName"), isMoreField("prompt"), isMoreField(null)],
    [true, false, false],
  );
});

test("a template's document is written as its words", () => {
  const said = (text: string) => ({ type: "text", text });
  const document = {
    type: "doc",
    content: [
      { type: "paragraph", content: [said("One"), { type: "hardBreak" }, said("two")] },
      { type: "paragraph", content: [said("Three")] },
      { type: "paragraph" },
    ],
  };
  assert.equal(wordsOf(document), "One\ntwo\n\nThree");
});
