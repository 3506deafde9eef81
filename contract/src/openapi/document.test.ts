import assert from "node:assert/strict";
import { test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { z } from "zod";
import type { Operation } from "../operation.ts";
import { operations } from "../operations.ts";
import { webhookEventType, webhookPayload } from "../webhook/webhook-event.ts";
import { Components } from "./components.ts";
import { openApiDocument } from "./document.ts";
import { examples } from "./examples.ts";
import { bodyName } from "./named-schemas.ts";
import { responseSchema } from "./response-schema.ts";

interface Described {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly parameters?: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { readonly content: Record<string, { schema: object; example?: unknown }> };
  readonly responses: Record<string, object>;
}
type Paths = Record<string, Record<string, Described>>;
const all = Object.entries(operations) as [string, Operation][];
const document = openApiDocument("1.2.3");
const describedIn = ({ paths }: { paths: object }, { path, method }: Operation) =>
  (paths as Paths)[path]![method.toLowerCase()]!;

async function problemsOf(document: object): Promise<unknown> {
  const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
  return valid ? null : errors;
}

test("generates an OpenAPI 3.1 document that an independent validator accepts", async () => {
  assert.equal(await problemsOf(document), null);
  assert.notEqual(await problemsOf({ ...document, info: { title: "No version" } }), null);
  const bad = structuredClone(document) as { paths: Record<string, unknown> };
  bad.paths["/me"] = { get: { responses: { 200: { content: {} } } } };
  assert.notEqual(await problemsOf(bad), null);
});

interface Content {
  readonly content?: Record<string, { readonly schema: object }>;
}
const schemaOf = (part: Content) => part.content?.["application/json"]?.schema;
const { schemas } = document.components as unknown as {
  schemas: Record<string, { properties?: Record<string, { items?: object }> }>;
};

/** Returns the names of operations and webhooks with an inline schema, and of lists with inline items. */
function inlineIn({ paths, webhooks }: { paths: object; webhooks: object }): string[] {
  const described = [...Object.values(paths), ...Object.values(webhooks)].flatMap(
    (one) => Object.values(one) as { operationId: string; requestBody?: Content; responses: object }[],
  );
  const hasInline = ({ requestBody, responses }: (typeof described)[number]) =>
    [...(requestBody ? [requestBody] : []), ...(Object.values(responses) as Content[])].some((part) => {
      const schema = schemaOf(part);
      return schema !== undefined && !("$ref" in schema);
    });
  return described.filter(hasInline).map(({ operationId }) => operationId);
}

test("names the schema of each body, response and webhook, so that generated clients have named types", () => {
  assert.deepEqual(inlineIn(document), []);
  for (const [operation, name] of [
    [operations.sessionRetrieve, "Session"],
    [operations.agentRetrieve, "Agent"],
    [operations.messageList, "MessageList"],
    [operations.pullRequestRetrieve, "PullRequest"],
    [operations.webhookDelete, "Deleted"],
  ] as const)
    assert.deepEqual(schemaOf(describedIn(document, operation).responses[operation.status] as Content), {
      $ref: `#/components/schemas/${name}`,
    });
  for (const operation of [operations.sessionCreate, operations.taskCreate])
    assert.deepEqual(schemaOf(describedIn(document, operation).requestBody!), {
      $ref: "#/components/schemas/SessionCreateBody",
    });
  const text = JSON.stringify(document);
  const unused = Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`));
  assert.deepEqual(unused, []);

  const control = structuredClone(document) as unknown as { paths: Paths; webhooks: object };
  const { requestBody } = describedIn(control, operations.webhookCreate);
  requestBody!.content["application/json"]!.schema = { type: "object" };
  assert.deepEqual(inlineIn(control), ["webhookCreate"]);
});

test("names the schema of the items of each list", () => {
  const lists = Object.entries(schemas).filter(
    ([, { properties }]) => properties?.items?.items !== undefined,
  );
  assert.ok(lists.length > 30);
  for (const [name, { properties }] of lists)
    assert.ok("$ref" in properties!.items!.items!, `${name} refers to its items`);
});

test("never uses the name of a request body for a response", () => {
  const bodies = all.flatMap(([name, { body }]) => (body ? (bodyName(body) ?? `${name}Body`) : []));
  const responses = new Components();
  for (const [name, { response }] of all) if (response) responseSchema(response, name, responses);
  for (const { shape } of webhookPayload.options)
    responseSchema(shape.data, `${[...shape.type.values][0]}.data`, responses);
  assert.deepEqual(
    bodies.filter((name) => Object.hasOwn(responses.schemas, name)),
    [],
  );
  assert.equal(bodyName(operations.organizationBudgetUpdate.body), "BudgetBody");
  assert.ok(Object.hasOwn(responses.schemas, "Budget"));
});

test("gives each operation and webhook a unique ID, security and a 4xx response, and describes each tag", () => {
  const described = [...Object.values(document.paths), ...Object.values(document.webhooks)].flatMap(
    (one) => Object.values(one) as { operationId?: string; security?: object[]; responses: object }[],
  );
  assert.ok(described.length > all.length);
  const ids = described.map(({ operationId }) => operationId);
  assert.equal(new Set(ids).size, described.length);
  assert.ok(ids.every((id) => id !== undefined && /^[\w.-]+$/.test(id)));
  assert.ok(described.every(({ security }) => Array.isArray(security)));
  for (const { responses } of described)
    assert.ok(
      Object.keys(responses).some((status) => status.startsWith("4")),
      "every operation documents a 4xx response",
    );
  assert.deepEqual(
    document.tags.filter(({ description }) => description === ""),
    [],
  );
});

test("resolves every reference to a component", () => {
  const text = JSON.stringify(document);
  for (const [, reference] of text.matchAll(/"\$ref":"([^"]*)"/g)) {
    const [, kind, ...name] = reference!.replace("#/", "").split("/");
    const components = document.components as unknown as Record<string, Record<string, unknown>>;
    assert.ok(components[kind!]?.[name.join("/")] !== undefined, reference);
  }
});

for (const [name, operation] of all) {
  test(`describes ${name} completely`, () => {
    const described = describedIn(document, operation);
    assert.equal(described.operationId, name);
    assert.equal(described.tags.length, 1);
    assert.ok(described.responses[operation.status] !== undefined && described.responses[401] !== undefined);
    assert.ok(described.responses[403] !== undefined && described.responses.default !== undefined);
    assert.match(operation.summary, /^[A-Z].*[^.]$/);
    const named = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const inPath = (described.parameters ?? []).filter((parameter) => parameter.in === "path");
    assert.deepEqual(
      inPath.map((parameter) => parameter.name),
      named,
    );
    const takesBody = operation.body !== undefined || operation.takesBytes === true;
    assert.equal(described.requestBody !== undefined, takesBody);
    for (const { name: parameter, schema } of described.parameters ?? [])
      assert.notDeepEqual(schema, {}, `the schema of ${parameter} is not empty`);
  });
}

test("gives every body an example that its schema accepts, and has no other examples", () => {
  const withBody = all.filter(([, { body }]) => body !== undefined).map(([name]) => name);
  assert.deepEqual(Object.keys(examples).sort(), withBody.sort());
  for (const [name, example] of Object.entries(examples)) {
    const operation = (operations as Record<string, Operation>)[name]!;
    assert.ok(operation.body!.safeParse(example).success, `the schema accepts the example of ${name}`);
    const { content } = describedIn(document, operation).requestBody!;
    assert.deepEqual(content["application/json"]!.example, example);
  }
});

test("describes a list in a query as an array, and marks a parameter with a default as optional", () => {
  const { parameters } = describedIn(document, operations.integrationList);
  const ids = parameters!.find(({ name }) => name === "ids")!;
  assert.deepEqual(ids.schema, {
    minItems: 1,
    maxItems: 100,
    type: "array",
    items: { type: "string", format: "uuid" },
  });
  assert.equal(parameters!.find(({ name }) => name === "limit")!.required, false);
});

test("has formats that JSON Schema defines, and a pattern for other text", () => {
  const formats = new Set(
    [...JSON.stringify(document).matchAll(/"format":"([^"]*)"/g)].map(([, name]) => name),
  );
  assert.deepEqual([...formats].sort(), ["date-time", "email", "uri", "uuid"]);
  const start = z.string().startsWith("tembo_");
  const operation = { ...operations.apiKeyCreate, body: z.strictObject({ start }) } as Operation;
  const made = openApiDocument("1", { made: operation });
  assert.deepEqual((made.components.schemas.MadeBody as { properties: object }).properties, {
    start: { type: "string", pattern: "^tembo_.*" },
  });
});

test("states the content type of streams and bytes", () => {
  const typesOf = (operation: Operation) =>
    Object.keys((describedIn(document, operation).responses[200] as { content: object }).content);
  assert.deepEqual(typesOf(operations.sessionEventStream), ["text/event-stream"]);
  assert.deepEqual(typesOf(operations.sessionWire), ["application/x-ndjson"]);
  assert.deepEqual(typesOf(operations.attachmentContent), ["*/*"]);
});

test("makes a recursive schema a component, and an API key in the query a security scheme", async () => {
  const node = z.strictObject({
    type: z.string(),
    get content() {
      return z.array(node).optional();
    },
  });
  const operation = {
    method: "POST",
    path: "/v1/trees",
    tier: "tembo",
    summary: "Keep a tree",
    query: z.object({ apiKey: z.string().optional() }),
    body: z.strictObject({ root: node }),
    status: 201,
    response: node,
  } as const satisfies Operation;
  const made = openApiDocument("1", { treeCreate: operation });
  assert.equal(await problemsOf(made), null);
  assert.ok(JSON.stringify(made.components.schemas).includes("#/components/schemas/TreeCreate"));
  assert.deepEqual(describedIn(made, operation).security, [{ bearer: [] }, { signIn: [] }, { apiKey: [] }]);
  assert.equal(describedIn(made, operation).parameters, undefined);
});

test("describes a webhook for every event type", () => {
  const types = webhookPayload.options.map(({ shape }) => [...shape.type.values][0]);
  assert.deepEqual(Object.keys(document.webhooks).sort(), types.sort());
  assert.deepEqual(types.length, webhookEventType.options.length + 1);
  const { post } = document.webhooks["session.deleted"] as { post: { requestBody: Content } };
  assert.deepEqual(schemaOf(post.requestBody), { $ref: "#/components/schemas/SessionDeletedPayload" });
  assert.deepEqual(schemas.SessionDeletedPayload, {
    type: "object",
    properties: {
      type: { type: "string", const: "session.deleted" },
      timestamp: { type: "string", format: "date-time", description: "Time of the event." },
      data: {
        type: "object",
        properties: { id: { type: "string", format: "uuid" } },
        required: ["id"],
        additionalProperties: false,
      },
    },
    required: ["type", "timestamp", "data"],
    additionalProperties: false,
  });
});
