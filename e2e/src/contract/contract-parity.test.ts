import assert from "node:assert/strict";
import { test } from "node:test";
import { type Operation, operations } from "@tembo/contract";
import { type ZodType, z } from "zod";
import { ContractViolation, createContractChecker } from "./checker.ts";
import type { Disagreement } from "./disagreements/disagreement.ts";
import {
  ownRequestFields,
  requestDisagreements,
  responseDisagreements,
} from "./disagreements/disagreements.ts";
import { edges, mutations, type Sample } from "./samples.ts";
import { type JsonSchema, loadContract } from "./vendor-contract.ts";

const contract = loadContract();
const checker = createContractChecker(contract);
const vendors = (Object.values(operations) as Operation[]).filter(({ tier }) => tier !== "tembo");
const nameOf = ({ method, path }: Operation) => `${method} ${path}`;
/** Replacement for the recursive schema of a document node. The vendor's schema accepts any object instead. */
const anyObject: JsonSchema = { type: "object", additionalProperties: true };
const fromVendor = (reference: string) =>
  ["#/components/TipTapNode", "#/components/SessionDocumentNode"].includes(reference)
    ? anyObject
    : contract.components[reference.replace("#/components/", "")]!;

const fromNowhere = (reference: string): never => assert.fail(`unexpected reference ${reference}`);

test("every vendor-tier operation is in the vendor's contract, with its success status", () => {
  for (const operation of vendors) {
    const vendorOperation = contract.operations.find(
      (one) => `${one.method} ${one.path}` === nameOf(operation),
    );
    assert.ok(vendorOperation, `${nameOf(operation)} is not in the vendor's contract`);
    assert.equal(vendorOperation.tier, operation.tier, nameOf(operation));
    assert.deepEqual(
      Object.keys(vendorOperation.responses).filter((status) => status < "300"),
      [String(operation.status)],
    );
    assert.equal(vendorOperation.body !== null, operation.body !== undefined, `${nameOf(operation)}: body`);
    const isNoJson =
      vendorOperation.responseContentType === "text/event-stream" || vendorOperation.websocket === true;
    assert.equal(operation.response === undefined, isNoJson);
  }
});

test("every documented and published operation is implemented", () => {
  const vendorNames = new Set(vendors.map(nameOf));
  const missing = contract.operations
    .filter(({ tier }) => tier !== "v1")
    .map(({ method, path }) => `${method} ${path}`)
    .filter((name) => !vendorNames.has(name));
  assert.deepEqual(missing, []);
});

for (const operation of vendors.filter(({ body }) => body !== undefined)) {
  test(`${nameOf(operation)} accepts and rejects the same bodies as the vendor, except for the listed differences`, () => {
    const found = compareBodies(operation, operation.body!);
    assert.deepEqual(found, expectedFor(requestDisagreements, operation));
  });
}

for (const operation of vendors.filter(({ response }) => response !== undefined)) {
  test(`${nameOf(operation)} returns only what the vendor's schema accepts, except for the listed differences`, () => {
    const { samples, refused } = refusedByVendor(operation, operation.response!);
    assert.ok(samples.length > 0, "the generator returns samples");
    assert.deepEqual(refused, expectedFor(responseDisagreements, operation));
  });
}

test("control: detects an extra property and a wrong type in a response schema", () => {
  const operation = operations.apiKeyList;
  const item = z.strictObject({ ...operation.response.shape.items.element.shape, planted: z.string() });
  const extra = refusedByVendor(operation, operation.response.extend({ items: z.array(item) }));
  assert.ok(extra.refused.includes("full"));
  const wrong = refusedByVendor(operation, operation.response.extend({ nextCursor: z.number() }));
  assert.ok(wrong.refused.includes("full"));
});

test("control: detects a request schema that is too permissive, too strict or unintentionally open", () => {
  const operation = operations.apiKeyCreate;
  const body = (name: ZodType) => compareBodies(operation, z.strictObject({ name }));
  assert.deepEqual(body(operation.body.shape.name), []);
  assert.ok(body(z.string().max(100).optional()).includes("name empty: ours accepts"));
  assert.ok(body(z.string().min(1).max(99).optional()).includes("name of 100 characters: ours refuses"));
  assert.ok(body(z.string().min(1).max(100)).includes("name missing: ours refuses"));
  const open = compareBodies(operation, z.object({ name: operation.body.shape.name }));
  assert.deepEqual(open, ["body with an unknown property: ours accepts"]);
});

test("every listed difference has a reason and belongs to an implemented operation", () => {
  const names = new Set(vendors.map(nameOf));
  for (const { operation, samples, reason } of [...requestDisagreements, ...responseDisagreements]) {
    assert.ok(names.has(operation) && samples.length > 0 && reason !== "", operation);
  }
});

/** Returns the samples on which the two schemas disagree, without duplicates. */
function compareBodies(operation: Operation, body: ZodType): string[] {
  const vendorOperation = contract.operations.find(
    (one) => `${one.method} ${one.path}` === nameOf(operation),
  )!;
  const samples = [
    ...mutations(vendorOperation.body!.schema, fromVendor),
    ...mutations(withoutOwnFields(operation, z.toJSONSchema(body, { io: "input" })), fromNowhere),
  ];
  const found = samples.flatMap(({ name, value }) => {
    const isAcceptedHere = body.safeParse(value).success;
    if (isAcceptedHere === checker.acceptsBody(operation.method, operation.path, value)) return [];
    return [`${name}: ours ${isAcceptedHere ? "accepts" : "refuses"}`];
  });
  return [...new Set(found)].sort();
}

/**
 * Removes Tembo's own fields from a body whose vendor schema is closed. Otherwise, that schema would reject every
 * sample.
 */
function withoutOwnFields(operation: Operation, schema: object): JsonSchema {
  const changed = structuredClone(schema) as JsonSchema;
  for (const path of ownRequestFields[nameOf(operation)] ?? []) {
    const names = path.split(".");
    const last = names.pop()!;
    const parent = names.reduce(
      (one, name) => (name === "[]" ? (one.items as JsonSchema) : propertiesOf(one)[name]!),
      changed,
    );
    assert.ok(delete propertiesOf(parent)[last], path);
  }
  return changed;
}

const propertiesOf = (schema: JsonSchema) => schema.properties as Record<string, JsonSchema>;

function refusedByVendor(operation: Operation, response: ZodType): { samples: Sample[]; refused: string[] } {
  const schema = z.toJSONSchema(response, { io: "output" }) as JsonSchema;
  const samples = edges(schema, fromNowhere, (value) => response.safeParse(value).success);
  const refused = samples.filter(({ value }) => !isAccepted(operation, value)).map(({ name }) => name);
  return { samples, refused: [...new Set(refused)].sort() };
}

function isAccepted({ method, path, status }: Operation, body: unknown): boolean {
  try {
    checker.check({ method, path: path.replace(/\{[^}]+\}/g, "x"), status, body });
    return true;
  } catch (error) {
    if (error instanceof ContractViolation) return false;
    throw error;
  }
}

function expectedFor(list: readonly Disagreement[], operation: Operation): string[] {
  return list
    .filter((one) => one.operation === nameOf(operation))
    .flatMap(({ samples }) => samples)
    .sort();
}
