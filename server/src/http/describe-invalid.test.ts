import assert from "node:assert/strict";
import { test } from "node:test";
import { operations } from "@tembo/contract";
import { validatorCompiler, type ZodFastifySchemaValidationError } from "fastify-type-provider-zod";
import { type ZodType, z } from "zod";
import { describeInvalid } from "./describe-invalid.ts";

function describe(
  schema: ZodType,
  value: unknown,
  context: string,
  knownParameters: readonly string[] = [],
): string {
  const validate = validatorCompiler({ schema, method: "POST", url: "/", httpPart: context });
  const { error } = validate(value) as { error?: unknown };
  assert.ok(error, "the value is not valid");
  return describeInvalid(error as ZodFastifySchemaValidationError[], context, knownParameters);
}

const session = operations.sessionCreate.body;

test("describes a missing body and one without a prompt", () => {
  for (const body of [undefined, null, [], "text", 1])
    assert.equal(
      describe(session, body, "body"),
      "The body is missing or is not a JSON object. Send a JSON object.",
    );
  assert.equal(describe(session, {}, "body"), 'Send a "prompt" or a "description" of the task.');
});

test("describes a field that is missing, empty, too long or of the wrong type", () => {
  const content = operations.sessionMessageCreate.body;
  assert.equal(describe(content, {}, "body"), 'The field "content" is missing.');
  assert.equal(describe(content, { content: "" }, "body"), 'The field "content" is empty. Enter some text.');
  assert.equal(
    describe(content, { content: "a".repeat(1_000_001) }, "body"),
    'The field "content" is longer than 1000000 characters. Shorten it.',
  );
  assert.equal(
    describe(content, { content: 1 }, "body"),
    'The field "content" is not valid: invalid input: expected string, received number.',
  );
  assert.match(
    describe(session, { prompt: "a", codeRepoIds: ["x"] }, "body"),
    /"codeRepoIds\.0" is not a UUID/,
  );
});

test("names the location: path, query or header", () => {
  assert.match(
    describe(operations.sessionRetrieve.params, { sessionId: "x" }, "params"),
    /^The path parameter "sessionId"/,
  );
  assert.match(
    describe(operations.sessionList.query, { page: "x" }, "querystring"),
    /^The query parameter "page"/,
  );
  assert.match(
    describe(operations.sessionEventStream.headers, { "last-event-id": "x" }, "headers"),
    /^The header "last-event-id"/,
  );
});

test("names all unknown fields and passes handwritten messages on unchanged", () => {
  const body = { owner: "o", name: "n", a: 1, b: 2 };
  assert.equal(
    describe(operations.repositoryCreate.body, body, "body"),
    "The body has unknown fields: a, b. Remove them.",
  );
  assert.match(
    describe(operations.repositoryCreate.body, { owner: "o", name: "a.git" }, "body"),
    /"name".*".git" from the end[.]$/,
  );
});

test("returns a sentence even without details", () => {
  assert.equal(describeInvalid([], undefined), "The request is not valid.");
});

test("names all unknown query parameters and lists the accepted ones", () => {
  const query = { statee: "open", author: "ada" };
  assert.equal(
    describe(z.strictObject({ state: z.string().optional() }), query, "querystring", ["state", "limit"]),
    "The query has an unknown parameter: statee, author. Use one of state, limit.",
  );
  assert.equal(
    describe(z.strictObject({}), { page: "2" }, "querystring"),
    "The query has an unknown parameter: page. Remove the parameter. The operation has no query parameters.",
  );
});
