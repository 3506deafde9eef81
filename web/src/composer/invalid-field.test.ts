import assert from "node:assert/strict";
import { test } from "node:test";
import { APIError } from "@tembo-io/sdk";
import { invalidField, isChipField, isMoreField } from "./invalid-field.ts";
import { toPlainText } from "./to-plain-text.ts";

test("assigns an error to the field that the error names", () => {
  const refusal = (field?: string) =>
    new APIError(400, { error: "No.", code: "invalid_input", ...(field !== undefined && { field }) }, "No.");
  assert.equal(invalidField(refusal("agent")), "agent");
  assert.equal(invalidField(refusal("egress.allow.0")), "egress");
  assert.equal(invalidField(refusal("codeRepoIds")), "repositories");
  assert.equal(invalidField(refusal()), null);
  assert.equal(invalidField(new Error("The server is not reachable.")), null);
  assert.deepEqual(
    [isMoreField("branchName"), isMoreField("prompt"), isMoreField(null)],
    [true, false, false],
  );
  assert.deepEqual(
    [isChipField("egress"), isChipField("branchName"), isChipField(null)],
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
  assert.equal(toPlainText(document), "One\ntwo\n\nThree");
});
