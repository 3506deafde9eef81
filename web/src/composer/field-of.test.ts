import assert from "node:assert/strict";
import { test } from "node:test";
import { APIError } from "@tembo-io/sdk";
import { fieldOf, isMoreField } from "./field-of.ts";
import { wordsOf } from "./words-of.ts";

test("assigns an error to the field that it names", () => {
  const refusal = (field?: string) =>
    new APIError(400, { error: "No.", code: "invalid_input", ...(field !== undefined && { field }) }, "No.");
  assert.equal(fieldOf(refusal("agent")), "agent");
  assert.equal(fieldOf(refusal("egress.allow.0")), "egress");
  assert.equal(fieldOf(refusal("codeRepoIds")), "repositories");
  assert.equal(fieldOf(refusal()), null);
  assert.equal(fieldOf(new Error("The server is not reachable.")), null);
  assert.deepEqual(
    [isMoreField("branchName"), isMoreField("prompt"), isMoreField(null)],
    [true, false, false],
  );
});

test("converts a template's document to plain text", () => {
  const textNode = (text: string) => ({ type: "text", text });
  const document = {
    type: "doc",
    content: [
      { type: "paragraph", content: [textNode("One"), { type: "hardBreak" }, textNode("two")] },
      { type: "paragraph", content: [textNode("Three")] },
      { type: "paragraph" },
    ],
  };
  assert.equal(wordsOf(document), "One\ntwo\n\nThree");
});
